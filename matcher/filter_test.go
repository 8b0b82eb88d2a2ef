package matcher

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"matchday/hiring"
)

// particular lets every learner among the facts say some of what filters ask.
func particular(t testing.TB, r *rand.Rand, facts []hiring.Fact) []hiring.Fact {
	for i, f := range facts {
		if f.Type != hiring.LearnerRecorded {
			continue
		}
		var l hiring.Learner
		if err := json.Unmarshal(f.Data, &l); err != nil {
			t.Fatal(err)
		}
		if r.IntN(3) > 0 {
			lat, lon := float64(r.IntN(3)), float64(r.IntN(3))
			l.Place = &hiring.Place{Lat: &lat, Lon: &lon}
		}
		if r.IntN(3) > 0 {
			l.Modes = []hiring.Mode{[]hiring.Mode{hiring.Onsite, hiring.Remote}[r.IntN(2)]}
		}
		if r.IntN(3) > 0 {
			l.PayFloor = &hiring.Pay{Min: float64(r.IntN(40)), Currency: "USD", Per: "hour"}
		}
		if r.IntN(3) > 0 {
			l.WorkIn, l.Languages = []string{[]string{"US", "DE"}[r.IntN(2)]}, []string{[]string{"en", "de"}[r.IntN(2)]}
		}
		facts[i] = fact(t, l)
	}
	return facts
}

// somewhere returns the opening with all that filters compare with.
func somewhere(o hiring.Opening) hiring.Opening {
	lat, lon := 1.0, 1.0
	o.Place, o.Mode = &hiring.Place{Country: "US", Lat: &lat, Lon: &lon}, hiring.Remote
	o.Pay, o.Shift, o.Degree = &hiring.Pay{Min: 20, Currency: "USD", Per: "hour"}, "nights", hiring.DegreeRequired
	return o
}

func someFilters(r *rand.Rand) hiring.Filters {
	f := hiring.Filters{Mode: r.IntN(3) == 0, Pay: r.IntN(3) == 0, Permission: r.IntN(3) == 0}
	if r.IntN(2) == 0 {
		f.Within = 115 // a degree
	}
	if r.IntN(3) == 0 {
		f.Language = "de"
	}
	return f
}

// passes is the verdict of all filters at once, and of the text.
func passes(m *Matcher, o *hiring.Opening, f hiring.Filters, found *roaring64.Bitmap, ref hiring.LearnerRef) bool {
	l := m.world.Learners[ref]
	return (found == nil || found.Contains(m.world.First(ref))) &&
		!slices.ContainsFunc(f.Checks(o), func(c hiring.Check) bool { return c.Of(l) == hiring.Unsuited })
}

// A filtered ranking is the ranking without those whom a filter leaves out; each filter and must-have is told how many it alone
// leaves out: those who appear when it is dropped.
func TestFilteredRankingAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		src := source(r)
		m := folded(particular(t, src, someFacts(t, src)), 4)
		o := somewhere(someOpening(src, 99))
		o.Withdrawn = false
		m.index.setOpening(&o)
		var found *roaring64.Bitmap
		if src.IntN(2) == 0 {
			found = roaring64.New()
			for _, l := range m.world.Learners {
				if src.IntN(3) > 0 {
					found.Add(m.world.First(l.Ref))
				}
			}
		}
		f := someFilters(src)
		brute := func(o *hiring.Opening, f hiring.Filters, found *roaring64.Bitmap) (ids []hiring.LearnerRef) {
			for _, match := range bruteLearners(m, o) {
				if passes(m, o, f, found, match.Learner) {
					ids = append(ids, match.Learner)
				}
			}
			return ids
		}
		scratch := m.tally()
		s := m.sieve(&m.index.openings[m.index.opening[o.ID]], f.Checks(&o), found)
		sifted := s.sift(scratch, noon)
		want := brute(&o, f, found)
		var got []hiring.LearnerRef
		if o.OpenAt(noon) {
			for _, h := range m.index.rankKept(scratch, s.row, noon, sifted, 0, 1000) {
				got = append(got, m.index.learners[h.row].ref)
			}
			if d := cmp.Diff(want, got); d != "" || sifted.total != len(want) {
				r.Fatalf("%+v, total %d (-brute +sieve):\n%s", f, sifted.total, d)
			}
			for i, e := range s.told(sifted, counts(operator)) {
				if n := len(brute(dropped(o, s.conditions[i].Excluded, f, found))); int(e.Excludes) != n-len(want) {
					r.Fatalf("%+v excludes %d, want %d", e, e.Excludes, n-len(want))
				}
			}
		}
	})
}

// dropped returns the arguments of a brute ranking without one of the conditions.
func dropped(o hiring.Opening, e hiring.Excluded, f hiring.Filters, found *roaring64.Bitmap) (*hiring.Opening, hiring.Filters, *roaring64.Bitmap) {
	switch e.Filter {
	case hiring.FilterMust:
		o.Skills = slices.Clone(o.Skills)
		for i := range o.Skills {
			if o.Skills[i].Skill == e.Skill {
				o.Skills[i].Must = false
			}
		}
	case hiring.FilterText:
		found = nil
	case hiring.FilterDistance:
		f.Within = 0
	case hiring.FilterMode:
		f.Mode = false
	case hiring.FilterPay:
		f.Pay = false
	case hiring.FilterPermission:
		f.Permission = false
	case hiring.FilterLanguage:
		f.Language = ""
	}
	return &o, f, found
}

// Of many kept, the kernel finds the best, page by page the same as scoring them all.
func TestFilterThatKeepsMany(t *testing.T) {
	m := crowd(t, 6000, 0)
	r := rand.New(rand.NewPCG(3, 3))
	popular := hiring.Opening{ID: "popular", Title: "t", Employer: "e"}
	numbers := make([]int, len(m.index.names))
	for n := range numbers {
		numbers[n] = n
	}
	slices.SortFunc(numbers, func(a, b int) int { return len(m.index.holders[b]) - len(m.index.holders[a]) })
	for _, n := range numbers[:20] {
		popular.Skills = append(popular.Skills, req(m.index.names[n], hiring.Essential))
	}
	m.index.setOpening(&popular)
	for _, row := range m.index.openings {
		found := roaring64.New()
		for _, l := range m.world.Learners {
			if r.IntN(10) > 0 {
				found.Add(m.world.First(l.Ref))
			}
		}
		scratch := m.tally()
		s := m.sieve(&row, nil, found)
		sifted := s.sift(scratch, noon)
		var want []hit
		all, _ := exhaustive(m.index, row.opening, len(m.index.learners))
		for _, h := range all {
			if found.Contains(m.world.First(m.index.learners[h.row].ref)) {
				want = append(want, h)
			}
		}
		if sifted.total != len(want) || sifted.all != len(all) || sifted.total <= fewKept {
			t.Fatalf("%d kept of %d, want %d of %d", sifted.total, sifted.all, len(want), len(all))
		}
		for _, page := range [][2]int{{0, 10}, {37, 50}, {len(want) - 5, 10}} {
			got := m.index.rankKept(scratch, s.row, noon, sifted, page[0], page[1])
			if !slices.Equal(got, want[page[0]:min(page[0]+page[1], len(want))]) {
				t.Errorf("page %v differs: %v", page, got)
			}
		}
	}
}

// Employers are not told numbers below ten; operators are.
func TestCostsOfFiltersAndDegree(t *testing.T) {
	var facts []hiring.Fact
	for i := range 12 {
		id := hiring.LearnerID(fmt.Sprint("l", i))
		l := hiring.Learner{ID: id, Ref: refOf(id), Visible: true, Skills: []hiring.HeldSkill{{SkillRef: skillRef("sql")}}}
		if i < 3 {
			l.Modes, l.Claims = []hiring.Mode{hiring.Onsite}, []hiring.Claim{{Name: "BSc Physics"}}
		}
		if i < 11 {
			l.WorkIn = []string{"DE"}
		}
		facts = append(facts, fact(t, l))
	}
	o := somewhere(hiring.Opening{ID: "o", Title: "t", Employer: "Acme", Skills: []hiring.Requirement{req("sql", hiring.Essential)}})
	m := folded(append(facts, fact(t, o)), 5)
	costs := func(actor hiring.Actor, f hiring.Filters) hiring.RequirementCosts {
		a, err := m.weighRequirements(context.Background(), hiring.WeighRequirements{Asked: hiring.Asked{Actor: actor}, Opening: "o", Filters: f, At: noon})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	got := costs(operator, hiring.Filters{Language: "de"})
	want := []hiring.Excluded{
		{Filter: hiring.FilterMode, Excludes: 3, Unsaid: 9}, {Filter: hiring.FilterPay, Unsaid: 12}, {Filter: hiring.FilterPermission, Excludes: 11, Unsaid: 1},
		{Filter: hiring.FilterAvailable, Unsaid: 12}, {Filter: hiring.FilterLanguage, Unsaid: 12},
	}
	if d := cmp.Diff(want, got.Filters); d != "" || got.Matching != 12 || *got.WithoutDegree != 9 {
		t.Errorf("%d matching, %d without a degree (-want +got):\n%s", got.Matching, *got.WithoutDegree, d)
	}
	seen := costs(hiring.Actor{Role: hiring.RoleEmployer, Subject: "Acme"}, hiring.Filters{})
	few := hiring.FewerThanTen
	if e := seen.Filters; e[0].Excludes != few || e[0].Unsaid != few || e[2].Excludes != 11 || *seen.WithoutDegree != few || seen.Matching != 12 {
		t.Errorf("an employer sees %+v", seen)
	}
	if _, err := m.weighRequirements(context.Background(), hiring.WeighRequirements{
		Asked: hiring.Asked{Actor: operator}, Opening: "o", Filters: hiring.Filters{Within: 5}, At: noon,
	}); hiring.CodeOf(err) != hiring.Invalid {
		t.Errorf("a circle of 5 km: %v", err)
	}
}
