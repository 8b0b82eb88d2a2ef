package matcher

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"matchday/events"
	"matchday/hiring"
	"matchday/skills"
	"matchday/vault"
)

// packed copies, packs and unpacks a matcher's state into another one.
func packed(t testing.TB, m *Matcher) *Matcher {
	t.Helper()
	s, err := m.copyStill()
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.pack(m.asleep, s.position%2 == 0)
	if err != nil {
		t.Fatal(err)
	}
	u, err := unpack(bytes.Clone(p.bytes), p.words)
	if err != nil {
		t.Fatal(err)
	}
	other := empty(m.o)
	other.index.use(Scorer{Table: PlainTable(), Map: m.index.scorer.Map})
	if err := other.restore(context.Background(), u); err != nil {
		t.Fatal(err)
	}
	other.frozen = m.frozen
	other.index.use(m.index.scorer)
	return other
}

// A matcher that went on from a snapshot, and from a snapshot of that, is the same as one that folded everything; whatever comes after.
func TestSnapshotIsTheFold(t *testing.T) {
	secrets, err := vault.Open(filepath.Join(t.TempDir(), "secrets"))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		facts := someFacts(t, src)
		folded := folded(facts, 4)
		folded.o.Secrets = secrets
		resumed := packed(t, packed(t, folded))
		compare := func(when string) {
			if d := cmp.Diff(everyRanking(t, folded), everyRanking(t, resumed)); d != "" {
				r.Fatalf("%s, rankings differ (-folded +resumed):\n%s", when, d)
			}
			if a, b := Count(folded.world), Count(resumed.world); !cmp.Equal(a.Skills, b.Skills) || a.Breadth != b.Breadth || a.Learners != b.Learners {
				r.Fatalf("%s, the tables differ: %+v and %+v", when, a, b)
			}
			if resumed.index.asking != folded.index.asking || resumed.index.present != folded.index.present {
				r.Fatalf("%s, %d openings and %d learners count, want %d and %d", when, resumed.index.asking, resumed.index.present,
					folded.index.asking, folded.index.present)
			}
			for ref, l := range folded.world.Learners {
				if folded.world.First(ref) != resumed.world.First(ref) || resumed.world.Learner(ref) == nil ||
					!l.Erased && resumed.world.LearnerByID(l.ID) == nil {
					r.Fatalf("%s, %s is numbered %d and %d", when, ref, folded.world.First(ref), resumed.world.First(ref))
				}
			}
		}
		compare("at once")
		seq := folded.world.Position
		for range 8 {
			later := someFacts(t, src)
			f := later[src.IntN(len(later))]
			if src.IntN(6) == 0 && f.Type == hiring.LearnerRecorded {
				f.Type, f.Data = hiring.LearnerErased, []byte(`{"erased":true}`)
			}
			seq++
			f.Seq = seq
			a, b := folded.apply([]hiring.Fact{f}), resumed.apply([]hiring.Fact{f})
			byEntity := func(x, y cause) int { return cmpEntity(x.entity, y.entity) }
			slices.SortFunc(a, byEntity)
			slices.SortFunc(b, byEntity)
			if !slices.Equal(a, b) {
				r.Fatalf("%s causes %v after a fold, %v after a snapshot", f.Subject, a, b)
			}
			compare("after " + f.Subject)
		}
	})
}

func cmpEntity(a, b entity) int {
	return bytes.Compare([]byte(string(a.opening)+"/"+string(a.learner)), []byte(string(b.opening)+"/"+string(b.learner)))
}

// everyRanking is everything for a world whose learners may rest.
func everyRanking(t testing.TB, m *Matcher) map[string]any {
	t.Helper()
	all := map[string]any{}
	for id, o := range m.world.Openings {
		hits, total := m.hitsForOpening(o, noon, 0, 100)
		all["opening "+string(id)] = []any{total, m.learnerMatches(o, hits, noon)}
	}
	m.world.Everyone(func(ref hiring.LearnerRef, _ hiring.LearnerID) {
		hits, total := m.hitsForLearner(ref, noon, 0, 100)
		all["learner "+string(ref)] = []any{total, m.openingMatches(m.index.learnerRow(ref), hits, noon)}
	})
	return all
}

// runIn starts a matcher with a folder for its snapshot.
func (b *broker) runIn(t testing.TB, dir string) (m *Matcher, stop func()) {
	t.Helper()
	log := b.connect(t)
	m, err := New(Options{Log: log, Secrets: b.secrets, Shelf: skills.NewShelf(log.OpenBlob), Dir: dir, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	<-m.Ready()
	stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("stopping the matcher: %v", err)
		}
	}
	return m, stop
}

// A snapshot shortens the way to the same answers; a damaged, foreign or older one is thrown away, and one of another log too.
func TestSnapshotOnDisk(t *testing.T) {
	b := startBroker(t)
	dir := t.TempDir()
	path := filepath.Join(dir, snapshotFile)
	end := b.put(t, someone(b, "l1", "a", "b"), someone(b, "l2", "a"), posting("o1", "a", "b"), posting("o2", "b"))
	m, stop := b.runIn(t, dir)
	if err := m.writeSnapshot(); err != nil {
		t.Fatal(err)
	}
	ranked := func(after uint64) []hiring.LearnerID {
		return asked[hiring.RankedLearners](t, b, hiring.RankLearners{Asked: as(acme, after), Opening: "o1", Limit: 10, At: noon}).IDs
	}
	want := ranked(end)
	stop()
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	end = b.put(t, someone(b, "l3", "a", "b")) // caught up with from the log
	m, stop = b.runIn(t, dir)
	if got := ranked(end); m.asleep == nil || len(got) != 3 || !slices.Equal(want, []hiring.LearnerID{got[0], got[2]}) {
		t.Errorf("went on: %v, ranks %v, before %v", m.asleep != nil, got, want)
	}
	stop()
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 4
	for name, bad := range map[string][]byte{
		"damaged": flipped, "cut": good[:len(good)/2], "empty": {}, "of another score": bytes.Replace(good, []byte(ScorerVersion), []byte("overlap/0"), 1),
	} {
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		m, stop := b.runIn(t, dir)
		if got := ranked(end); m.asleep != nil || len(got) != 3 {
			t.Errorf("a snapshot that is %s: went on %v, ranks %v", name, m.asleep != nil, got)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("a snapshot that is %s stays", name)
		}
		stop()
	}
	other := startBroker(t)
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	other.put(t, someone(other, "x", "a"), someone(other, "y", "a"), someone(other, "z", "a"), posting("o1", "a"), posting("o2", "a"))
	if m, stop := other.runIn(t, dir); m.asleep != nil {
		t.Error("a snapshot of another installation was used")
		stop()
	} else {
		stop()
	}
}

// Erasing a learner removes the snapshot before the fact counts as folded, whatever they wrote in it; so does a start that finds it out.
func TestSnapshotForgetsTheErased(t *testing.T) {
	b := startBroker(t)
	dir := t.TempDir()
	path := filepath.Join(dir, snapshotFile)
	ann := someone(b, "ann-unique-77", "a")
	ann.Place = &hiring.Place{Name: "Flat of Ann Unique"}
	ann.Sealed = []byte("sealed-bytes-of-ann")
	b.put(t, ann, someone(b, "ben", "a"), posting("o1", "a"))
	erase := func() uint64 {
		seq, err := b.log.Publish(t.Context(), events.Draft{Subject: hiring.LearnerSubject(ann.Ref), Type: hiring.LearnerErased, Source: "test",
			Body: hiring.Learner{Ref: ann.Ref, Erased: true}, Unfenced: true})
		if err != nil {
			t.Fatal(err)
		}
		return seq
	}
	m, stop := b.runIn(t, dir)
	if err := m.writeSnapshot(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(content, []byte("ann-unique-77")) || bytes.Contains(content, []byte("sealed-bytes")) {
		t.Fatalf("the snapshot holds the wrong things: %v", err)
	}
	stop()
	seq := erase() // while no matcher runs
	m, stop = b.runIn(t, dir)
	if _, err := os.Stat(path); err == nil || m.asleep == nil {
		t.Errorf("after the erasure the snapshot is there: %v; it was read: %v", err == nil, m.asleep != nil)
	}
	if got := asked[hiring.RankedLearners](t, b, hiring.RankLearners{Asked: as(acme, seq), Opening: "o1", Limit: 10, At: noon}).IDs; !slices.Equal(got, []hiring.LearnerID{"ben"}) {
		t.Errorf("ranked %v", got)
	}
	if err := m.writeSnapshot(); err != nil {
		t.Fatal(err)
	}
	stop()
	for _, name := range []string{path, path + ".new"} {
		if b, err := os.ReadFile(name); err == nil && (bytes.Contains(b, []byte("ann-unique")) || bytes.Contains(b, []byte("Flat of"))) {
			t.Errorf("%s names the erased", name)
		}
	}
	m, stop = b.runIn(t, dir)
	if m.asleep == nil || m.world.LearnerByID("ann-unique-77") != nil || !m.world.Learners[ann.Ref].Erased {
		t.Error("the tombstone is not in the snapshot")
	}
	b.put(t, ann)
	stop()
}

func FuzzUnpack(f *testing.F) {
	secrets, err := vault.Open(filepath.Join(f.TempDir(), "secrets"))
	if err != nil {
		f.Fatal(err)
	}
	m := folded(someFacts(f, rand.New(rand.NewPCG(1, 1))), 3)
	m.o.Secrets = secrets
	s, err := m.copyStill()
	if err != nil {
		f.Fatal(err)
	}
	p, err := s.pack(nil, false)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(p.bytes)
	f.Fuzz(func(t *testing.T, b []byte) {
		if u, err := unpack(b, p.words); err == nil {
			for n := range u.rows {
				_, _ = u.rest.record(n)
				_ = u.rest.keysOf(n)
			}
		}
	})
}
