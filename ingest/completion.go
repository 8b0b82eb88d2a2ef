package ingest

import (
	"strings"

	"matchday/hiring"
	"matchday/ingest/native"
	"matchday/vault"
)

// completionRecord is a provider's word that a learner finished a programme. One learner finishes a programme once: a record with
// another date corrects the one before, from who sent it, the operator or the programme's provider.
type completionRecord struct {
	at      string
	of      string // subject of the learner
	learner hiring.LearnerRef
	native.Completion
}

func (r *completionRecord) subject() string { return r.at }

// place derives where the record stands from what it names.
func (r *completionRecord) place(s *vault.Secrets) {
	names := string(r.Programme)
	if names == "" {
		names = "\x00" + fold(r.Name) + "\x00" + fold(string(r.Issuer))
	}
	r.at = hiring.CredentialSubject(r.learner, s.Ref(hiring.KindCredential, string(r.Learner)+"\x00"+names))
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// named finds the programme of a completion that names it. A provider speaks of its own programmes.
func (r *completionRecord) named(w *hiring.World, a hiring.Actor) {
	if r.Programme != "" {
		return
	}
	if r.Issuer == "" && a.Role == hiring.RoleProvider {
		r.Issuer = hiring.ProviderName(a.Subject)
	}
	if p := w.ProgrammeOf(hiring.Claim{Name: r.Name, Issuer: r.Issuer}); p != nil {
		r.Programme, r.Name, r.Issuer = p.ID, "", ""
	}
}

// settle lets completions find the programmes that they name.
func (r *Role) settle(a hiring.Actor, steps []*step) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, s := range steps {
		if c, ok := s.intent.(*completionRecord); ok && c.Programme == "" {
			c.named(r.world, a)
			c.place(r.secrets)
		}
	}
}

func (r *completionRecord) decide(w *hiring.World, a hiring.Actor) (*change, error) {
	p := w.Programmes[r.Programme]
	if p != nil && !a.MayManageProgramme(p) || a.Role == hiring.RoleProvider && r.Issuer != "" && !a.Provides(r.Issuer) {
		return nil, notYours()
	}
	if l := w.Learners[r.learner]; l == nil || l.Erased {
		return nil, hiring.Invalidf("learner", "is nobody known here").Mend("import the learner first")
	}
	c := hiring.Credential{
		ID:         hiring.CredentialID("completion:" + string(r.Programme) + r.Name),
		Learner:    r.learner,
		Programme:  r.Programme,
		Name:       r.Name,
		Issuer:     r.Issuer,
		Date:       r.Date,
		Proof:      hiring.ProofRecorded,
		RecordedBy: a,
	}
	if p == nil && !a.Operator() {
		// Whose programme this is shows when it is published; until then it is no more than a claim.
		c.Proof, c.Issuer = hiring.ProofClaimed, hiring.ProviderName(a.Subject)
	}
	ref := refOf(r.at)
	what := hiring.CredentialEarned
	if old := w.Credentials[r.learner][ref]; old != nil {
		if p == nil && !a.Operator() && old.RecordedBy != a { // whose programme it is, is not known: what somebody else said stands
			return nil, notYours()
		}
		if old.Proof == c.Proof {
			c.RecordedBy = old.RecordedBy // who sent the same again does not matter
		}
		if same(old, c) {
			return nil, nil
		}
		what = hiring.CredentialChanged
	}
	return &change{what: what, body: c, expect: w.Seq(r.at)}, c.Validate()
}

func refOf(subject string) hiring.Ref { return hiring.Fact{Subject: subject}.Ref() }
