package matcher

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

// worldOf folds learners of one skill each, and openings of one skill each.
func worldOf(t testing.TB, learners int, skillsOfOpenings ...hiring.SkillID) *hiring.World {
	t.Helper()
	var facts []hiring.Fact
	for i := range learners {
		id := hiring.LearnerID(fmt.Sprint("l", i))
		facts = append(facts, fact(t, hiring.Learner{ID: id, Ref: refOf(id), RegisteredBy: operator,
			Skills: []hiring.HeldSkill{{SkillRef: skillRef(hiring.SkillID(fmt.Sprint("s", i)))}}}))
	}
	for i, s := range skillsOfOpenings {
		o := posting(hiring.OpeningID(fmt.Sprint("o", i)))
		if s != "" {
			o.Skills = []hiring.Requirement{req(s, hiring.Essential)}
		}
		facts = append(facts, fact(t, o))
	}
	return folded(facts, 10).world
}

func TestCount(t *testing.T) {
	table := Count(worldOf(t, 2, "a", "a", "b", ""))
	// N = 3 (one opening names no skill). a: log2(1 + 4/3) = 1.22239…; b: log2(1 + 4/2) = 1.58496…; unseen: log2(1 + 4/1) =
	// 2.32192…. Two learners are too few for a percentile: 20 · 2,322.
	want := `{"openings":3,"learners":2,"breadth":46440,"unseen":2322,"skills":[` +
		`{"skill":"a","openings":2,"rarity":1222},{"skill":"b","openings":1,"rarity":1585}]}`
	got, err := table.JSON()
	if err != nil || string(got) != want {
		t.Errorf("table %s, %v\nwant  %s", got, err, want)
	}
	back, err := ReadTable(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(table, back, cmp.AllowUnexported(Table{})); d != "" {
		t.Errorf("read back (-counted +read):\n%s", d)
	}
	for s, want := range map[hiring.SkillID]int64{"a": 1222, "b": 1585, "never": 2322} {
		if r := back.Rarity(s); r != want {
			t.Errorf("rarity of %s is %d, want %d", s, r, want)
		}
	}
}

func TestBreadthIsThe90thPercentile(t *testing.T) {
	// Eleven learners with 1 to 11 skills that no opening asks for, of rarity 1,000 each: the nearest rank of 9.9 is the tenth.
	var profiles [][]hiring.SkillID
	for i := range 11 {
		var held []hiring.SkillID
		for j := range i + 1 {
			held = append(held, hiring.SkillID(fmt.Sprint("s", j)))
		}
		profiles = append(profiles, held)
	}
	if b := newTable(0, nil, profiles).Breadth; b != 10_000 {
		t.Errorf("breadth %d", b)
	}
	if b := newTable(0, nil, profiles[:10]).Breadth; b != 9000 {
		t.Errorf("breadth of ten %d", b)
	}
	if b := newTable(0, nil, profiles[:9]).Breadth; b != 20_000 {
		t.Errorf("breadth of nine %d", b)
	}
}

// Of many learners the same are looked at, whatever their refs, which depend on the installation's secret, and whatever their order.
func TestSampleDependsOnIDsOnly(t *testing.T) {
	ids := func(prefix string) (list []hiring.LearnerID) {
		w := hiring.NewWorld()
		for i := range sampleSize + 500 {
			ref := hiring.LearnerRef(fmt.Sprint(prefix, i))
			w.Learners[ref] = &hiring.Learner{ID: hiring.LearnerID(fmt.Sprint("l", i)), Ref: ref}
		}
		for _, ref := range sample(w) {
			list = append(list, w.Learners[ref].ID)
		}
		return list
	}
	a, b := ids("x"), ids("y")
	if len(a) != sampleSize || !slices.Equal(a, b) {
		t.Errorf("%d and %d learners, the same: %v", len(a), len(b), slices.Equal(a, b))
	}
}

func TestDue(t *testing.T) {
	for _, c := range []struct {
		name     string
		learners int
		openings []hiring.SkillID
		table    *Table
		want     bool
	}{
		{name: "nothing yet", want: false},
		{name: "openings without skills", openings: []hiring.SkillID{""}, want: false},
		{name: "first", openings: []hiring.SkillID{"a"}, want: true},
		{name: "unchanged", openings: []hiring.SkillID{"a"}, table: &Table{Openings: 1}, want: false},
		{name: "grew by a quarter", openings: []hiring.SkillID{"a", "a", "a", "a", "a"}, table: &Table{Openings: 4}, want: false},
		{name: "grew by half", openings: []hiring.SkillID{"a", "a", "a"}, table: &Table{Openings: 2}, want: true},
		{name: "halved", openings: []hiring.SkillID{"a"}, table: &Table{Openings: 2}, want: true},
		{name: "learners came", learners: 3, openings: []hiring.SkillID{"a"}, table: &Table{Openings: 1}, want: true},
		{name: "learners as before", learners: 3, openings: []hiring.SkillID{"a"}, table: &Table{Openings: 1, Learners: 3}, want: false},
		{name: "all withdrawn", table: &Table{Openings: 9}, want: false},
	} {
		w := worldOf(t, c.learners, c.openings...)
		n, _ := demand(w)
		if got := due(c.table, n, present(w)); got != c.want {
			t.Errorf("%s: due %v", c.name, got)
		}
	}
}

func TestRefreshRarity(t *testing.T) {
	b := startBroker(t)
	_, stop := b.run(t, b.connect(t))
	refresh := func(after uint64) hiring.Rarity {
		return asked[hiring.Rarity](t, b, hiring.RefreshRarity{Asked: as(acme, after)})
	}
	if r := refresh(b.put(t, someone(b, "l1", "a", "z"))); r != (hiring.Rarity{}) {
		t.Errorf("froze %+v without openings", r)
	}
	end := b.put(t, posting("o1", "a", "b"), posting("o2", "b"))
	first := refresh(end)
	if first.Openings != 2 || first.Position != end || len(first.Blob) != 64 {
		t.Fatalf("froze %+v", first)
	}
	if again := refresh(0); again != first {
		t.Errorf("froze %+v again", again)
	}
	q := hiring.RankLearners{Asked: as(acme, 0), Opening: "o1", Limit: 1, Explain: true, At: noon}
	want := asked[hiring.RankedLearners](t, b, q)
	if want.Rarity != first.Blob || want.Position != end+1 {
		t.Errorf("ranked by table %q at %d", want.Rarity, want.Position)
	}
	// N = 2: a in one opening log2(1+3/2) = 1.322, b in two log2(1+3/3) = 1, z in none log2(1+3) = 2. Self-declared a:
	// M = 1.322·0.7 = 0.9254 of W = 2.322, and U = 2 for z: S = 2.322·2/4.322 = 1.074, 0.9254/(2.322 + 0.2·1.074) = 0.364790.
	if want.Matches[0].Score != 364_790 {
		t.Errorf("score %v", want.Matches[0].Score)
	}
	stop()
	b.run(t, b.connect(t))
	if d := cmp.Diff(want, asked[hiring.RankedLearners](t, b, q)); d != "" {
		t.Errorf("after a restart (-before +after):\n%s", d)
	}
	if second := refresh(b.put(t, posting("o3", "c"))); second.Openings != 3 || second.Blob == first.Blob {
		t.Errorf("froze %+v", second)
	}
}

// Two matchers that freeze at once agree on one table.
func TestRefreshRarityIsFenced(t *testing.T) {
	b := startBroker(t)
	b.put(t, posting("o1", "a"))
	one, other := unattended(t, b), unattended(t, b)
	table, position := Count(one.world), one.world.Position
	b.run(t, b.connect(t))
	first := asked[hiring.Rarity](t, b, hiring.RefreshRarity{Asked: as(operator, position)})
	other.pos.Advance(position + 1) // as if it had folded the other's table
	table.Learners = 99
	second, err := other.freezeTable(t.Context(), table, position, 0)
	if err != nil || second != first {
		t.Errorf("froze %+v beside %+v: %v", second, first, err)
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add([]byte(`{"openings":1,"learners":0,"breadth":5,"unseen":2,"skills":[{"skill":"a","openings":1,"rarity":1000}]}`))
	f.Add([]byte(`{"breadth":-1}`))
	f.Add([]byte(`{"skills":[{"skill":"b"},{"skill":"a"}]}`))
	f.Add([]byte(`{"skills":[{"skill":"a","rarity":64001}]}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := ReadTable(bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, s := range table.Skills {
			if r := table.Rarity(s.Skill); r < 0 || r > maxRarity {
				t.Errorf("rarity %d", r)
			}
		}
		again, err := table.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadTable(bytes.NewReader(again)); err != nil {
			t.Errorf("cannot read what it wrote: %v", err)
		}
	})
}
