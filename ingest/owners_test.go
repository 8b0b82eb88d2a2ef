package ingest

import (
	"strings"
	"testing"

	"matchday/events"
	"matchday/hiring"
	"matchday/vault"
)

const refusedLine = "accepted 0 unchanged 0 rejected 1; line 1: this token may not write this record; send it with a token of its owner, or under another id"

func TestWhoMayImportWhat(t *testing.T) {
	w := start(t)
	for kind, refusedRoles := range map[hiring.ImportKind][]hiring.Actor{
		hiring.ImportLearners:    {acme},
		hiring.ImportOpenings:    {google, asLearner("l1")},
		hiring.ImportProgrammes:  {acme, asLearner("l1")},
		hiring.ImportCredentials: {acme, asLearner("l1")},
	} {
		for _, a := range refusedRoles {
			_, err := w.ask(hiring.Ingest{Asked: hiring.Asked{Actor: a}, Kind: kind, Format: hiring.JSONLines})
			if code(err) != hiring.Forbidden {
				t.Errorf("%s imports %s: %v", a.Role, kind, err)
			}
		}
	}
	if _, err := w.ask(hiring.Ingest{Kind: hiring.ImportOpenings, Format: hiring.JSONLines}); code(err) != hiring.Invalid {
		t.Errorf("nobody imports: %v", err)
	}
}

// TestAnotherOwnersRecord1 checks that a record of somebody else is refused in the words in which one is that never existed.
func TestAnotherOwnersRecord1(t *testing.T) {
	w := start(t)
	w.want(w.send(acme, hiring.ImportOpenings, clerk), "accepted 1 unchanged 0 rejected 0")
	w.want(w.send(hiring.Actor{Role: hiring.RoleRecruiter, Subject: "Acme"}, hiring.ImportOpenings, clerk), "accepted 0 unchanged 1 rejected 0")
	w.want(w.send(rival, hiring.ImportOpenings, clerk), refusedLine)
	w.want(w.send(rival, hiring.ImportOpenings, strings.Replace(clerk, "Acme", "Rival", 1)), refusedLine)
	w.want(w.send(rival, hiring.ImportOpenings, strings.Replace(clerk, "o1", "none", 1)), refusedLine)

	it := `{"id":"p1","name":"IT","provider":"Google"}`
	w.want(w.send(google, hiring.ImportProgrammes, it), "accepted 1 unchanged 0 rejected 0")
	w.want(w.send(other, hiring.ImportProgrammes, it), refusedLine)
	w.want(w.send(other, hiring.ImportProgrammes, strings.Replace(it, "Google", "Other School", 1)), refusedLine)

	w.want(w.send(google, hiring.ImportLearners, `{"id":"l1","name":"Ana"}`), "accepted 1 unchanged 0 rejected 0")
	w.want(w.send(other, hiring.ImportLearners, `{"id":"l1","name":"Eve"}`), refusedLine)
	w.want(w.send(asLearner("l2"), hiring.ImportLearners, `{"id":"l1","name":"Eve"}`), refusedLine)
	w.want(w.send(asLearner("l2"), hiring.ImportLearners, `{"id":"l2"}`), refusedLine)
	w.want(w.send(asLearner("l1"), hiring.ImportLearners, `{"id":"l1","name":"Ana Own"}`), "accepted 1 unchanged 0 rejected 0")
	w.want(w.send(google, hiring.ImportLearners, `{"id":"l1","name":"Ana"}`), "accepted 1 unchanged 0 rejected 0")
	if by := w.learner("l1").RegisteredBy; by != google {
		t.Errorf("registered by %v", by)
	}
}

// TestAnIdStaysWithItsOwner checks that an operator's import does not hand an opening or a programme to somebody else by an id that two
// of them use.
func TestAnIdStaysWithItsOwner(t *testing.T) {
	w := start(t)
	theirs := strings.Replace(clerk, "Acme", "Rival", 1)
	w.want(w.send(operator, hiring.ImportOpenings, clerk, theirs),
		"accepted 1 unchanged 0 rejected 1; line 2: this id belongs to another employer's opening; give it another id, or withdraw that one first")
	if e := w.opening("o1").Employer; e != "Acme" {
		t.Errorf("the opening is %s's now", e)
	}
	_, err := events.Ask[hiring.Done](t.Context(), w.log, hiring.WithdrawOpening{Asked: hiring.Asked{Actor: acme}, Opening: "o1"})
	if err != nil {
		t.Fatal(err)
	}
	w.want(w.send(operator, hiring.ImportOpenings, theirs), "accepted 1 unchanged 0 rejected 0")

	it := `{"id":"p1","name":"IT","provider":"Google"}`
	w.send(operator, hiring.ImportProgrammes, it)
	w.want(w.send(operator, hiring.ImportProgrammes, strings.Replace(it, "Google", "Other School", 1)),
		"accepted 0 unchanged 0 rejected 1; line 1: this id belongs to another provider's programme; give it another id")
}

func TestConsent(t *testing.T) {
	w := start(t)
	consent := func(a hiring.Actor, id string, visible bool) error {
		_, err := events.Ask[hiring.Done](t.Context(), w.log, hiring.SetConsent{Asked: hiring.Asked{Actor: a}, Learner: hiring.LearnerID(id), Visible: visible})
		return err
	}
	visible := func(id string, want bool, when string) {
		t.Helper()
		if got := w.learner(id).Visible; got != want {
			t.Errorf("%s: %s is visible: %v", when, id, got)
		}
	}
	w.send(operator, hiring.ImportLearners, `{"id":"ops","name":"A"}`, `{"id":"hid","visible":false}`)
	visible("ops", true, "imported by an operator")
	visible("hid", false, "imported hidden")
	w.send(google, hiring.ImportLearners, `{"id":"up","name":"U"}`)
	visible("up", false, "uploaded by a provider")
	w.want(w.send(google, hiring.ImportLearners, `{"id":"up","name":"U","visible":true}`), "accepted 0 unchanged 0 rejected 1; line 1: visible is for the learner to say…")

	for _, a := range []hiring.Actor{google, acme, asLearner("ops")} {
		if err := consent(a, "up", true); code(err) != hiring.NotFound {
			t.Errorf("%s consented for somebody else: %v", a.Role, err)
		}
	}
	known, unknown := consent(google, "up", true), consent(google, "nobody", true)
	if known.Error() != unknown.Error() {
		t.Errorf("%q tells that the learner exists, %q that not", known, unknown)
	}
	if err := consent(asLearner("up"), "up", true); err != nil {
		t.Fatal(err)
	}
	visible("up", true, "consented")
	w.want(w.send(google, hiring.ImportLearners, `{"id":"up","name":"U"}`), "accepted 0 unchanged 1 rejected 0")
	w.send(google, hiring.ImportLearners, `{"id":"up","name":"New","visible":false}`)
	visible("up", true, "uploaded again after consent")
	if p := w.personal("up"); p.Name != "New" {
		t.Errorf("named %q", p.Name)
	}

	if err := consent(asLearner("ops"), "ops", false); err != nil {
		t.Fatal(err)
	}
	w.want(w.send(operator, hiring.ImportLearners, `{"id":"ops","name":"A","visible":true}`), "accepted 0 unchanged 1 rejected 0")
	visible("ops", false, "imported again after consent was withdrawn")
	w.send(asLearner("ops"), hiring.ImportLearners, `{"id":"ops","name":"A","visible":true}`)
	visible("ops", true, "the learner's own record says so")
	w.send(operator, hiring.ImportLearners, `{"id":"hid","visible":true}`)
	visible("hid", true, "a changed line, nobody having decided")
}

func TestCompletions(t *testing.T) {
	w := start(t)
	w.send(google, hiring.ImportProgrammes, `{"id":"p1","name":"IT","provider":"Google","skills":["SQL"]}`)
	w.send(operator, hiring.ImportLearners, `{"id":"l1"}`)
	done := `{"learner":"l1","programme":"p1","date":"2026-05-01"}`
	w.want(w.send(other, hiring.ImportCredentials, done), refusedLine)
	w.want(w.send(google, hiring.ImportCredentials, done), "accepted 1 unchanged 0 rejected 0")
	w.want(w.send(operator, hiring.ImportCredentials, done), "accepted 0 unchanged 1 rejected 0")
	w.want(w.send(google, hiring.ImportCredentials, strings.Replace(done, "05-01", "06-01", 1)), "accepted 1 unchanged 0 rejected 0")
	w.want(w.send(google, hiring.ImportCredentials, strings.Replace(done, "l1", "nobody", 1)),
		"accepted 0 unchanged 0 rejected 1; line 1: learner is nobody known here; import the learner first")
	later := `{"learner":"l1","programme":"later"}`
	w.want(w.send(other, hiring.ImportCredentials, later), "accepted 1 unchanged 0 rejected 0")
	proofs := func() map[hiring.ProgrammeID]hiring.Proof {
		w.role.mu.RLock()
		defer w.role.mu.RUnlock()
		got := map[hiring.ProgrammeID]hiring.Proof{}
		for _, c := range w.role.world.Credentials[w.sec.LearnerRef("l1")] {
			got[c.Programme] = c.Proof
		}
		return got
	}
	if p := proofs(); len(p) != 2 || p["p1"] != hiring.ProofRecorded || p["later"] != hiring.ProofClaimed {
		t.Errorf("got %v", p)
	}
	w.send(other, hiring.ImportProgrammes, `{"id":"later","name":"Later","provider":"Other School"}`)
	w.want(w.send(other, hiring.ImportCredentials, later), "accepted 1 unchanged 0 rejected 0")
	if p := proofs(); p["later"] != hiring.ProofRecorded {
		t.Errorf("got %v", p)
	}
}

// TestAnothersCompletion1 checks that while a programme is unknown, nobody but who recorded a completion of it and the operator changes it,
// and that its provider does once it is known.
func TestAnothersCompletion1(t *testing.T) {
	w := start(t)
	w.send(operator, hiring.ImportLearners, `{"id":"l1"}`)
	done, forged := `{"learner":"l1","programme":"px","date":"2024-01-01"}`, `{"learner":"l1","programme":"px","date":"1999-01-01"}`
	stands := func(by hiring.Actor, year int, proof hiring.Proof) {
		t.Helper()
		w.role.mu.RLock()
		defer w.role.mu.RUnlock()
		for _, c := range w.role.world.Credentials[w.sec.LearnerRef("l1")] {
			if c.RecordedBy != by || c.Date.Year() != year || c.Proof != proof {
				t.Errorf("it stands as %+v", c)
			}
		}
	}
	w.want(w.send(operator, hiring.ImportCredentials, done), "accepted 1 unchanged 0 rejected 0")
	w.want(w.send(other, hiring.ImportCredentials, forged), refusedLine)
	w.want(w.send(other, hiring.ImportCredentials, done), refusedLine)
	stands(operator, 2024, hiring.ProofRecorded)

	theirs := strings.Replace(done, "px", "py", 1)
	w.want(w.send(other, hiring.ImportCredentials, theirs), "accepted 1 unchanged 0 rejected 0")
	w.want(w.send(google, hiring.ImportCredentials, strings.Replace(forged, "px", "py", 1)), refusedLine)
	w.want(w.send(other, hiring.ImportCredentials, theirs), "accepted 0 unchanged 1 rejected 0")

	w.send(google, hiring.ImportProgrammes, `{"id":"px","name":"X","provider":"Google"}`)
	w.want(w.send(other, hiring.ImportCredentials, forged), refusedLine)
	w.want(w.send(google, hiring.ImportCredentials, strings.Replace(done, "2024", "2023", 1)), "accepted 1 unchanged 0 rejected 0")
}

// TestCompletionsByName checks that a provider whose programmes got their ids from a spreadsheet can speak of them by name, and of
// nobody else's.
func TestCompletionsByName(t *testing.T) {
	w := start(t)
	w.send(google, hiring.ImportProgrammes, `{"id":"google/it-1","name":"IT  Support","provider":"Google","skills":["SQL"]}`)
	w.send(other, hiring.ImportProgrammes, `{"id":"a","name":"IT support","provider":"Other School"}`)
	w.send(operator, hiring.ImportLearners, `{"id":"l1"}`)
	credentials := func() map[hiring.ProgrammeID]hiring.Credential {
		w.role.mu.RLock()
		defer w.role.mu.RUnlock()
		got := map[hiring.ProgrammeID]hiring.Credential{}
		for _, c := range w.role.world.Credentials[w.sec.LearnerRef("l1")] {
			got[c.Programme] = *c
		}
		return got
	}
	w.want(w.send(google, hiring.ImportCredentials, `{"learner":"l1","name":"it support","date":"2026-05-01"}`), "accepted 1 unchanged 0 rejected 0")
	w.want(w.send(google, hiring.ImportCredentials, `{"learner":"l1","programme":"google/it-1","date":"2026-05-01"}`), "accepted 0 unchanged 1 rejected 0")
	w.want(w.send(operator, hiring.ImportCredentials, `{"learner":"l1","name":"IT Support","issuer":"google","date":"2026-05-01"}`), "accepted 0 unchanged 1 rejected 0")
	if c := credentials(); len(c) != 1 || c["google/it-1"].Proof != hiring.ProofRecorded {
		t.Errorf("got %+v", c)
	}
	w.want(w.send(other, hiring.ImportCredentials, `{"learner":"l1","name":"IT Support","issuer":"Google"}`), refusedLine)
	w.want(w.send(other, hiring.ImportCredentials, `{"learner":"l1","name":"Later","issuer":"Google"}`), refusedLine)
	w.want(w.send(google, hiring.ImportCredentials, `{"learner":"l1"}`), `accepted 0 unchanged 0 rejected 1; line 1: programme is missing; give "programme" (an id) or "name"`)

	w.want(w.send(google, hiring.ImportCredentials, `{"learner":"l1","name":"Later"}`), "accepted 1 unchanged 0 rejected 0")
	if c := credentials()[""]; c.Proof != hiring.ProofClaimed || c.Name != "Later" || c.Issuer != "Google" {
		t.Errorf("of a programme that is not known: %+v", c)
	}
	w.want(w.send(operator, hiring.ImportCredentials, `{"learner":"l1","name":"Sooner"}`), "accepted 1 unchanged 0 rejected 0")
	got, err := w.ask(hiring.Ingest{Asked: hiring.Asked{Actor: google}, Kind: hiring.ImportCredentials, Format: hiring.CSV,
		Header: []string{"Learner", "Name", "Issuer"}, Records: []hiring.Record{{Line: 2, Row: []string{"l1", "IT Support", "Google"}}}})
	if err != nil {
		t.Fatal(err)
	}
	w.want(got, "accepted 1 unchanged 0 rejected 0") // the date is gone
}

// TestOwnClaimsProveNoMore5 checks that a learner cannot add a credential to the operator's record of them that counts as recorded.
func TestOwnClaimsProveNoMore5(t *testing.T) {
	w := start(t)
	w.send(google, hiring.ImportProgrammes, `{"id":"p1","name":"IT","provider":"Google","skills":["SQL"]}`, `{"id":"p2","name":"AI","provider":"Google","skills":["ML"]}`)
	w.send(operator, hiring.ImportLearners, `{"id":"l1","credentials":[{"programme":"p1"}]}`)
	w.send(asLearner("l1"), hiring.ImportLearners, `{"id":"l1","credentials":[{"programme":"p1"},{"programme":"p2"}]}`)
	w.role.mu.RLock()
	defer w.role.mu.RUnlock()
	for _, e := range w.role.world.Profile(w.sec.LearnerRef("l1")) {
		want := map[hiring.ProgrammeID]hiring.Proof{"p1": hiring.ProofRecorded, "p2": hiring.ProofClaimed}[e.Programme]
		if e.Proof != want {
			t.Errorf("%s is %s, want %s", e.Programme, e.Proof, want)
		}
	}
}

func TestWithdraw(t *testing.T) {
	w := start(t)
	imported := w.send(acme, hiring.ImportOpenings, clerk)
	withdraw := func(a hiring.Actor, id string, ifMatch uint64) (hiring.Done, error) {
		return events.Ask[hiring.Done](t.Context(), w.log, hiring.WithdrawOpening{Asked: hiring.Asked{Actor: a}, Opening: hiring.OpeningID(id), IfMatch: ifMatch})
	}
	_, theirs := withdraw(rival, "o1", 0)
	_, none := withdraw(rival, "none", 0)
	if code(theirs) != hiring.NotFound || theirs.Error() != none.Error() {
		t.Errorf("%v, %v", theirs, none)
	}
	if _, err := withdraw(acme, "o1", imported.Position+1); code(err) != hiring.Stale {
		t.Errorf("a wrong ETag: %v", err)
	}
	done, err := withdraw(acme, "o1", imported.Position)
	if err != nil || done.Position <= imported.Position || !w.opening("o1").Withdrawn {
		t.Fatalf("%+v %v", done, err)
	}
	if again, err := withdraw(acme, "o1", 0); err != nil || again != done {
		t.Errorf("withdrawn again: %+v %v", again, err)
	}
	w.want(w.send(acme, hiring.ImportOpenings, clerk), "accepted 1 unchanged 0 rejected 0")
	if w.opening("o1").Withdrawn {
		t.Error("posted again, it is still withdrawn")
	}
}

func TestTokens(t *testing.T) {
	w := start(t)
	put := func(a hiring.Actor, token hiring.Token) error {
		_, err := events.Ask[hiring.Done](t.Context(), w.log, hiring.PutToken{Asked: hiring.Asked{Actor: a}, Token: token})
		return err
	}
	token := hiring.Token{Hash: vault.TokenHash(vault.NewToken()), Actor: acme}
	revoked := token
	revoked.Revoked = true
	stolen := token
	stolen.Actor = rival
	for _, c := range []struct {
		a    hiring.Actor
		t    hiring.Token
		want hiring.Code
	}{
		{acme, token, hiring.Forbidden},
		{operator, hiring.Token{Hash: "a.>", Actor: acme}, hiring.Invalid},
		{operator, hiring.Token{Hash: token.Hash, Actor: hiring.Actor{Role: "root", Subject: "x"}}, hiring.Invalid},
		{operator, token, ""},
		{operator, token, ""},
		{operator, stolen, hiring.Conflict},
		{operator, revoked, ""},
		{operator, token, hiring.Conflict},
	} {
		if err := put(c.a, c.t); code(err) != c.want {
			t.Errorf("%+v: %v", c.t, err)
		}
	}
}
