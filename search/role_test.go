package search

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"matchday/events"
	"matchday/hiring"
)

// town publishes a small world.
func (h *house) town() {
	h.programme("p1", "IT Support", "Troubleshooting", "Linux")
	h.learner("ann", hiring.Personal{Name: "Ann Quill", Text: "Ann likes spreadsheets and careful bookkeeping"}, func(l *hiring.Learner) {
		held("SQL", "Customer service")(l)
		l.Place, l.Modes, l.Languages = place("Austin, TX", 30.27, -97.74), []hiring.Mode{hiring.Remote}, []string{"es-MX", "en"}
	})
	h.learner("bob", hiring.Personal{Name: "Bob Stone"}, func(l *hiring.Learner) {
		held("SQL Server", "Forklift driving")(l)
		l.Place, l.Modes = place("San Antonio", 29.42, -98.49), []hiring.Mode{hiring.Onsite}
		l.Claims = []hiring.Claim{{Programme: "p1"}}
	})
	h.learner("cam", hiring.Personal{}, func(l *hiring.Learner) {
		l.RegisteredBy = school
		l.Claims = []hiring.Claim{{Name: "Data Analytics", Issuer: "IBM"}}
	})
	h.learner("hid", hiring.Personal{Text: "bookkeeping"}, func(l *hiring.Learner) { held("SQL")(l); l.Visible = false })
	h.credential("cam", hiring.Credential{ID: "c1", Programme: "p1", Proof: hiring.ProofVerified, Expires: at(now.Add(time.Hour))})
	h.opening("o1", func(o *hiring.Opening) {
		o.Title, o.Text, o.Mode, o.Contract, o.Degree = "Junior accountant", "Ledgers in SQL and Excel", hiring.Remote, "full-time", hiring.DegreeNone
		o.Skills = []hiring.Requirement{{SkillRef: skill("Bookkeeping"), Need: hiring.Essential}, {SkillRef: skill("Excel"), Need: hiring.Optional}}
		o.ValidThrough = at(now)
	})
	h.opening("o2", func(o *hiring.Opening) {
		o.Title, o.Employer, o.Place = "Help desk agent", "Bolt & Co", place("Austin, TX", 30.27, -97.74)
		o.Skills = []hiring.Requirement{{SkillRef: skill("Troubleshooting"), Need: hiring.Essential}}
		o.ValidFrom = at(now)
	})
	h.opening("later", func(o *hiring.Opening) { o.ValidFrom = at(now.Add(time.Second)) })
	h.opening("over", func(o *hiring.Opening) { o.ValidThrough = at(now.Add(-time.Second)) })
	h.opening("gone", func(o *hiring.Opening) { o.Withdrawn = true })
}

func place(name string, lat, lon float64) *hiring.Place {
	return &hiring.Place{Name: name, Country: "US", Lat: &lat, Lon: &lon}
}

func at(t time.Time) *time.Time { return &t }

func (h *house) credential(learner string, c hiring.Credential) {
	h.Helper()
	c.Learner = h.secrets.LearnerRef(hiring.LearnerID(learner))
	c.RecordedBy = operator
	h.publish(hiring.CredentialSubject(c.Learner, h.secrets.Ref(hiring.KindCredential, string(c.ID))), hiring.CredentialEarned, c)
}

func TestQueriesMean(t *testing.T) {
	h := newHouse(t)
	h.start()
	h.town()
	for query, want := range map[string]string{
		"":                          "ann bob cam",
		"sql":                       "ann bob",
		"SQL -server":               "ann",
		`"sql server"`:              "bob",
		`"server sql"`:              "",
		`skill:"SQL"`:               "ann bob",
		`skill:"forklift"`:          "bob",
		`-skill:sql`:                "cam",
		`skill:text:sql`:            "ann",
		"linux":                     "bob cam",
		"bookkeeping":               "ann",
		"quill":                     "",
		"ann":                       "",
		"place:austin":              "ann",
		`place:"Austin, TX" sql`:    "ann",
		`near:"30.27,-97.74,50km"`:  "ann",
		`near:"30.27,-97.74,200km"`: "ann bob",
		`near:"30.27,-97.74,200km" -near:"30.27,-97.74,50km"`: "bob",
		"mode:remote":                "ann",
		"-mode:remote":               "bob cam",
		`programme:"it support"`:     "bob cam",
		"programme:p1":               "bob cam",
		`programme:"data analytics"`: "cam",
		"issuer:google":              "bob cam",
		"issuer:ibm":                 "cam",
		"verified:true":              "cam",
		"verified:false":             "ann bob",
		"proof:claimed":              "",
		"proof:recorded":             "bob",
		"proof:verified":             "cam",
		"language:es":                "ann",
		"language:ES-mx":             "ann",
		`"C*" sql`:                   "",
		`"sql.*"`:                    "ann bob",
	} {
		h.want(OfLearners, query, want)
	}
	for query, want := range map[string]string{
		"":                        "o1 o2",
		"accountant":              "o1",
		"title:junior sql":        "o1",
		"title:ledgers":           "",
		"skill:bookkeeping":       "o1",
		"need:bookkeeping":        "o1",
		"need:excel":              "",
		"skill:excel":             "o1",
		`employer:"bolt & co"`:    "o2",
		"-employer:acme":          "o2",
		"contract:full-time":      "o1",
		"degree:none mode:remote": "o1",
		"place:austin":            "o2",
		"bolt agent":              "o2",
	} {
		h.want(OfOpenings, query, want)
	}
}

func TestVerifiedEndsWithTheCredential(t *testing.T) {
	h := newHouse(t)
	h.start()
	h.town()
	a, err := h.ask(hiring.Search{Query: "verified:true", At: now.Add(2 * time.Hour)})
	if err != nil || len(a.Hits) != 0 {
		t.Errorf("after its end: %v, %v", ids(a), err)
	}
	h.credential("cam", hiring.Credential{ID: "c1", Programme: "p1", Proof: hiring.ProofVerified, Revoked: true})
	h.want(OfLearners, "verified:true", "")
	h.want(OfLearners, "linux", "bob")
}

func TestChangesReachTheIndex(t *testing.T) {
	h := newHouse(t)
	h.start()
	h.town()
	h.want(OfLearners, "kubernetes", "")
	h.programme("p1", "IT Support Plus", "Kubernetes") // touches everyone who holds it
	h.want(OfLearners, "kubernetes", "bob cam")
	h.want(OfLearners, "linux", "")
	h.want(OfLearners, `programme:"support plus"`, "bob cam")
	h.learner("hid", hiring.Personal{Text: "bookkeeping"}, held("SQL"))
	h.want(OfLearners, "bookkeeping", "ann hid")
	h.learner("ann", hiring.Personal{}, func(l *hiring.Learner) { l.Visible = false })
	h.want(OfLearners, "bookkeeping", "hid")
	h.opening("o1", func(o *hiring.Opening) { o.Withdrawn = true })
	h.want(OfOpenings, "", "o2")
}

func TestWhoMaySearch(t *testing.T) {
	h := newHouse(t)
	h.start()
	h.town()
	learner := hiring.Actor{Role: hiring.RoleLearner, Subject: "ann"}
	if _, err := h.ask(hiring.Search{Asked: hiring.Asked{Actor: learner}}); hiring.CodeOf(err) != hiring.Forbidden {
		t.Errorf("a learner: %v", err)
	}
	if a, err := h.ask(hiring.Search{Asked: hiring.Asked{Actor: learner}, Of: OfOpenings}); err != nil || ids(a) != "o1 o2" {
		t.Errorf("a learner, of openings: %v, %v", ids(a), err)
	}
	if a, err := h.ask(hiring.Search{Asked: hiring.Asked{Actor: school}}); err != nil || ids(a) != "cam" || a.Total != 1 {
		t.Errorf("a provider: %v, %v", a, err)
	}
	if _, err := h.ask(hiring.Search{Asked: hiring.Asked{Actor: hiring.Actor{Role: "root", Subject: "x"}}}); hiring.CodeOf(err) != hiring.Forbidden {
		t.Errorf("an unknown role: %v", err)
	}
	for _, q := range []hiring.Search{{Of: "days"}, {Limit: 101}, {Limit: -1}, {Limit: 1e9}, {Query: "a*"}, {Cursor: "x"}, {Cursor: strings.Repeat("A", 80)}} {
		if _, err := h.ask(q); hiring.CodeOf(err) != hiring.Invalid {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestHitsAndHighlights(t *testing.T) {
	h := newHouse(t)
	h.start()
	h.town()
	a, err := h.ask(hiring.Search{Asked: hiring.Asked{Actor: acme}, Query: `bookkeeping skill:sql place:austin`})
	if err != nil || len(a.Hits) != 1 {
		t.Fatalf("%v, %v", a, err)
	}
	hit := a.Hits[0]
	want := "map[place:[«Austin», TX] skill:[«SQL»] text:[… likes spreadsheets and careful «bookkeeping»]]"
	if got := fmt.Sprint(hit.Highlights); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if hit.Place != "Austin, TX" || hit.Skills[0] != "SQL" || hit.Score <= 0 || hit.Score >= 1 || hit.Learner != h.secrets.LearnerRef("ann") {
		t.Errorf("got %+v", hit)
	}
	a, err = h.ask(hiring.Search{Of: OfOpenings, Query: "ledgers"})
	if err != nil || len(a.Hits) != 1 || a.Hits[0].Title != "Junior accountant" || fmt.Sprint(a.Hits[0].Highlights) != "map[text:[«Ledgers» in SQL and Excel]]" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestAttack40SmallCountsAreHidden(t *testing.T) {
	h := newHouse(t)
	h.start()
	for i := range 12 {
		h.learner(number(i), hiring.Personal{}, func(l *hiring.Learner) {
			held("Welding")(l)
			if i < 3 {
				held("Latin")(l)
			}
			l.Modes = []hiring.Mode{hiring.Onsite}
		})
	}
	exact, err := h.ask(hiring.Search{})
	if err != nil || exact.Total != 12 || fmt.Sprint(exact.Facets["skill"]) != "[{welding 12} {latin 3}]" || fmt.Sprint(exact.Facets["mode"]) != "[{onsite 12}]" {
		t.Errorf("operator: %+v, %v", exact, err)
	}
	for _, role := range []hiring.Role{hiring.RoleRecruiter, hiring.RoleEmployer} {
		asked := hiring.Asked{Actor: hiring.Actor{Role: role, Subject: "Acme"}}
		a, err := h.ask(hiring.Search{Asked: asked})
		if err != nil || a.Total != 12 || fmt.Sprint(a.Facets["skill"]) != "[{welding 12} {latin -1}]" {
			t.Errorf("%s: %+v, %v", role, a, err)
		}
		if a, err = h.ask(hiring.Search{Asked: asked, Query: "latin"}); err != nil || a.Total != hiring.FewerThanTen || len(a.Hits) != 3 {
			t.Errorf("%s, a rare skill: %+v, %v", role, a, err)
		}
	}
}

func TestPagesDoNotOverlap(t *testing.T) {
	h := newHouse(t)
	_, stop := h.start()
	const n = 57
	for i := range n {
		h.learner(number(i), hiring.Personal{}, held("Welding"))
	}
	asked := hiring.Asked{Actor: acme}
	seen := map[string]bool{}
	q := hiring.Search{Asked: asked, Query: "welding", Limit: 10}
	var second string
	for page := 0; ; page++ {
		if page == 3 { // a cursor outlives a restart
			stop()
			h.start()
		}
		a, err := h.ask(q)
		if err != nil {
			t.Fatal(err)
		}
		for _, hit := range a.Hits {
			if seen[hit.ID] {
				t.Fatalf("%s twice", hit.ID)
			}
			seen[hit.ID] = true
		}
		if a.Next == "" {
			break
		}
		if ref := string(a.Hits[0].Learner); strings.Contains(a.Next, ref) {
			t.Error("the cursor shows a ref")
		}
		q.Cursor, second = a.Next, a.Next
	}
	if len(seen) != n {
		t.Errorf("%d of %d seen", len(seen), n)
	}
	for name, q := range map[string]hiring.Search{
		"another actor": {Asked: hiring.Asked{Actor: operator}, Query: "welding", Cursor: second},
		"another query": {Asked: asked, Query: "latin", Cursor: second},
		"another kind":  {Asked: asked, Of: OfOpenings, Query: "welding", Cursor: second},
		"edited":        {Asked: asked, Query: "welding", Cursor: "AAAA" + second[4:]},
		"cut":           {Asked: asked, Query: "welding", Cursor: second[:10]},
	} {
		if _, err := h.ask(q); hiring.CodeOf(err) != hiring.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// everything is what the role answers to a few questions, for comparing.
func (h *house) everything() string {
	h.Helper()
	var b strings.Builder
	for _, q := range []hiring.Search{{}, {Query: "sql"}, {Query: "bookkeeping"}, {Of: OfOpenings}, {Of: OfOpenings, Query: "sql"}} {
		a, err := h.ask(q)
		if err != nil {
			h.Fatal(err)
		}
		a.Next = ""
		fmt.Fprintf(&b, "%+v\n", a)
	}
	return b.String()
}

func TestRestartKeepsAnswers(t *testing.T) {
	h := newHouse(t)
	_, stop := h.start()
	h.town()
	want := h.everything()
	stop()
	before := segmentsOf(t, h)
	r, stop := h.start()
	if r.checkpoint != h.last {
		t.Errorf("restarted at %d, want %d", r.checkpoint, h.last)
	}
	if got := h.everything(); got != want {
		t.Errorf("after a restart:\n%s\nwant:\n%s", got, want)
	}
	if after := segmentsOf(t, h); after == before && before == "" {
		t.Error("nothing is on disk")
	}
	stop()

	for name, harm := range map[string]func(){
		"deleted": func() { os.RemoveAll(h.dir) },
		"no root": func() { os.Truncate(filepath.Join(h.dir, "bleve", "store", "root.bolt"), 100) },
		"no meta": func() { os.WriteFile(filepath.Join(h.dir, "bleve", "index_meta.json"), []byte("{"), 0o600) },
		"byte flipped": func() {
			for _, f := range (&index{path: filepath.Join(h.dir, "bleve")}).segments() {
				b, _ := os.ReadFile(f)
				b[len(b)/2] ^= 1
				os.WriteFile(f, b, 0o600)
			}
		},
		"segments gone": func() {
			for _, f := range (&index{path: filepath.Join(h.dir, "bleve")}).segments() {
				os.Remove(f)
			}
		},
	} {
		harm()
		r, stop = h.start()
		if r.checkpoint != 0 {
			t.Errorf("%s: not rebuilt", name)
		}
		if got := h.everything(); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
		}
		stop()
	}
}

func segmentsOf(t *testing.T, h *house) string {
	t.Helper()
	return strings.Join((&index{path: filepath.Join(h.dir, "bleve")}).segments(), " ")
}

func TestOldIndexCatchesUp(t *testing.T) {
	h := newHouse(t)
	_, stop := h.start()
	h.town()
	h.want(OfLearners, "sql", "ann bob")
	old := h.last
	stop()
	h.learner("dee", hiring.Personal{}, held("SQL"))
	h.programme("p1", "IT Support", "SQL")
	h.learner("ann", hiring.Personal{}, held("Latin"))
	r, _ := h.start()
	if r.checkpoint != old {
		t.Errorf("began at %d, want %d", r.checkpoint, old)
	}
	h.want(OfLearners, "sql", "bob cam dee")
	h.want(OfLearners, "latin", "ann")
}

// rewrite changes the state of a closed index.
func (h *house) rewrite(change func(*state)) {
	h.Helper()
	x := &index{path: filepath.Join(h.dir, "bleve"), logger: discard()}
	if err := x.open(); err != nil {
		h.Fatal(err)
	}
	persisted, err := x.commit(nothing, change)
	if err != nil {
		h.Fatal(err)
	}
	<-persisted
	if err := x.close(); err != nil {
		h.Fatal(err)
	}
}

func TestIndexThatDoesNotFitIsRebuilt(t *testing.T) {
	h := newHouse(t)
	_, stop := h.start()
	h.town()
	want := h.everything()
	stop()
	for name, change := range map[string]func(*state){
		"ahead of the log":  func(s *state) { s.Position += 1000 },
		"of another log":    func(s *state) { s.Digest ^= 1 },
		"of another format": func(s *state) { s.Format++ },
		"of another count":  func(s *state) { s.Count-- },
	} {
		h.rewrite(change)
		r, stop := h.start()
		if r.checkpoint != 0 {
			t.Errorf("%s: not rebuilt", name)
		}
		if got := h.everything(); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
		stop()
	}
}

// A crash takes away batches that were searchable but not on disk yet: position and content together.
func TestCrashBetweenBatches(t *testing.T) {
	h := newHouse(t)
	_, stop := h.start()
	h.town()
	h.everything()
	stop()
	copied := filepath.Join(t.TempDir(), "index")
	if err := os.CopyFS(copied, os.DirFS(h.dir)); err != nil {
		t.Fatal(err)
	}
	_, stop = h.start()
	for i := range 20 {
		h.learner(number(i), hiring.Personal{Text: "bookkeeping"}, held("SQL"))
	}
	h.learner("hid", hiring.Personal{}, nil)
	want := h.everything()
	stop()
	h.dir = copied // as it was when the power went
	h.start()
	if got := h.everything(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestErasedTermsLeaveTheDisk(t *testing.T) {
	h := newHouse(t)
	r, stop := h.start()
	h.town()
	erase := func(id string) {
		ref := h.secrets.LearnerRef(hiring.LearnerID(id))
		if err := h.log.DestroyKey(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
		if _, err := h.log.EraseSubjects(t.Context(), hiring.LearnerSubject(ref)); err != nil {
			t.Fatal(err)
		}
		h.publish(hiring.LearnerSubject(ref), hiring.LearnerErased, hiring.Learner{Ref: ref, Erased: true})
	}
	secret := hiring.Personal{Name: "Zyxwvut Qqqname", Contact: hiring.Contact{Email: "zz@unique.example"}, Text: "Zyxwvut mentions xylophonicus often"}
	eve := string(h.learner("eve", secret, held("Zebrawrangling")))
	h.want(OfLearners, "xylophonicus", "eve")
	if err := r.index.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.dictionary(t, "zyxwvut", "qqqname", "unique"); got != "" {
		t.Errorf("%s entered the index", got)
	}
	if r.dictionary(t, "xylophonicus") == "" || r.dictionary(t, "text:zebrawrangling") == "" || grep(t, h.dir, eve) == "" {
		t.Fatal("the terms are not on disk: the test would show nothing")
	}
	files := r.index.segments()
	erase("eve")
	h.want(OfLearners, "xylophonicus", "")
	waitSwept(t, r)
	if got := r.dictionary(t, "xylophonicus", "zebrawrangling", "text:zebrawrangling"); got != "" {
		t.Errorf("%s is still in a segment", got)
	}
	if left := r.staleOf(t, files); len(left) > 0 {
		t.Errorf("old segments are still on disk: %v", left)
	}
	if where := grep(t, h.dir, eve); where != "" {
		t.Errorf("the ref is still in %s", where)
	}
	h.want(OfLearners, "sql", "ann bob")

	// An index of an older day meets the erasure at the next start, and finishes what a crash interrupted.
	stop()
	fay := string(h.learner("fay", hiring.Personal{Text: "xylophonicus"}, nil))
	_, stop = h.start()
	h.want(OfLearners, "xylophonicus", "fay")
	stop()
	erase("fay")
	r, stop = h.start()
	h.want(OfLearners, "xylophonicus", "")
	waitSwept(t, r)
	if got := r.dictionary(t, "xylophonicus") + grep(t, h.dir, fay); got != "" {
		t.Errorf("after a restart it is still in %s", got)
	}
	stop()
	os.RemoveAll(h.dir)
	r, _ = h.start()
	h.want(OfLearners, "xylophonicus", "")
	if got := r.dictionary(t, "xylophonicus") + grep(t, h.dir, fay); got != "" {
		t.Errorf("a rebuild brought it back to %s", got)
	}
}

// waitSwept waits until the index says that it was swept.
func waitSwept(t *testing.T, r *Role) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		r.index.mu.Lock()
		unswept := r.index.state.Unswept
		r.index.mu.Unlock()
		if !unswept {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("not swept after 10 s")
		}
	}
}

// dictionary returns those of the terms that any field of any live segment knows, deleted documents included. Segments are
// compressed, so that reading the files as text would not find them.
func (r *Role) dictionary(t *testing.T, terms ...string) string {
	t.Helper()
	adv, err := r.index.Advanced()
	if err != nil {
		t.Fatal(err)
	}
	reader, err := adv.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var found []string
	for _, s := range reader.(*scorch.IndexSnapshot).Segments() {
		for _, field := range s.Segment().Fields() {
			d, err := s.Segment().Dictionary(field)
			if err != nil {
				t.Fatal(err)
			}
			for _, term := range terms {
				if yes, err := d.Contains([]byte(term)); err != nil || yes {
					found = append(found, field+"="+term)
				}
			}
		}
	}
	return strings.Join(found, " ")
}

// staleOf returns those of the files that are still there and belong to no live segment.
func (r *Role) staleOf(t *testing.T, files []string) []string {
	t.Helper()
	adv, err := r.index.Advanced()
	if err != nil {
		t.Fatal(err)
	}
	left, err := stale(adv.(*scorch.Scorch), files)
	if err != nil {
		t.Fatal(err)
	}
	return left
}

// grep returns the files under dir that hold text.
func grep(t *testing.T, dir, text string) string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // scorch removes files while we walk
		}
		b, err := os.ReadFile(path)
		if err == nil && strings.Contains(strings.ToLower(string(b)), text) {
			found = append(found, filepath.Base(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(found, " ")
}

// Questions and facts at the same time; run with -race.
func TestAnswersWhileFolding(t *testing.T) {
	h := newHouse(t)
	h.start()
	done := make(chan error, 4)
	for range cap(done) {
		go func() {
			for range 15 {
				if _, err := events.Ask[hiring.SearchAnswer](t.Context(), h.log, hiring.Search{Asked: hiring.Asked{Actor: operator}, Of: OfLearners, Query: "sql bookkeeping", At: now}); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for i := range 60 {
		h.learner(number(i), hiring.Personal{Text: "bookkeeping"}, held("SQL"))
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	a, err := h.ask(hiring.Search{Query: "sql bookkeeping"})
	if err != nil || a.Total != 60 {
		t.Errorf("%v, %v", a.Total, err)
	}
}
