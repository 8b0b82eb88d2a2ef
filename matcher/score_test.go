package matcher

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
	"matchday/skills"
)

var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

// table8 makes a table in which the skills named have the given rarities (thousandths), any other 8,000, and breadth is capped at
// 40,000.
func table8(rarities map[hiring.SkillID]int64) *Table {
	t := &Table{Breadth: 40_000, Unseen: 8000}
	for s, r := range rarities {
		t.Skills = append(t.Skills, RareSkill{Skill: s, Rarity: r})
	}
	t.index()
	return t
}

// related is a map in which "postgres" is a kind of "sql" and "excel" is related to "sheets".
func related() *skills.Map {
	return skills.NewMap(skills.Release{Name: "own", Version: "1", Concepts: []skills.Concept{
		{ID: "sql", Name: "SQL"},
		{ID: "postgres", Name: "PostgreSQL", Broader: []string{"sql"}},
		{ID: "excel", Name: "Excel", Related: []string{"sheets"}},
		{ID: "sheets", Name: "Sheets"},
	}})
}

// creditBetween reads a relation's credit off the map, so that these tests hold the score and not the map to numbers.
func creditBetween(t testing.TB, m *skills.Map, required, has hiring.SkillID) int64 {
	t.Helper()
	for _, n := range m.Near(required) {
		if n.Skill == has {
			return int64(n.Credit)
		}
	}
	t.Fatalf("the map knows no relation from %s to %s", required, has)
	return 0
}

func asks(list ...hiring.Requirement) *hiring.Opening {
	return &hiring.Opening{ID: "o", Title: "t", Employer: "e", Skills: list}
}

func req(s hiring.SkillID, need hiring.Need) hiring.Requirement {
	return hiring.Requirement{SkillRef: hiring.SkillRef{Skill: s, Name: "name of " + string(s)}, Need: need}
}

func weighted(r hiring.Requirement, w float64) hiring.Requirement { r.Weight = &w; return r }
func levelled(r hiring.Requirement, l int) hiring.Requirement     { r.Level = l; return r }
func must(r hiring.Requirement) hiring.Requirement                { r.Must = true; return r }

func has(s hiring.SkillID, p hiring.Proof) hiring.Evidence {
	return hiring.Evidence{Skill: s, Proof: p}
}

func TestScore(t *testing.T) {
	yesterday := noon.AddDate(0, 0, -1)
	for _, c := range []struct {
		name    string
		opening *hiring.Opening
		profile []hiring.Evidence
		want    hiring.Score
		breadth hiring.Score
		parts   []hiring.Score
	}{
		// M = 8,000·10⁶, W = 8,000: 10⁶·M/M.
		{"all covered and verified", asks(req("a", hiring.Essential)),
			[]hiring.Evidence{has("a", hiring.ProofVerified)}, 1_000_000, 0, []hiring.Score{1_000_000}},
		// c = 700,000: M = 5.6·10⁹ of W·10⁶ = 8·10⁹.
		{"self declared", asks(req("a", hiring.Essential)),
			[]hiring.Evidence{has("a", hiring.ProofSelf)}, 700_000, 0, []hiring.Score{700_000}},
		// w = 8,000 + 4,000 (optional); M = 8·10⁹ of 12·10⁹.
		{"one of two", asks(req("a", hiring.Essential), req("b", hiring.Optional)),
			[]hiring.Evidence{has("a", hiring.ProofVerified)}, 666_666, 0, []hiring.Score{666_666}},
		// w = 8,000 and 2,000 (trainable) and 80,000 (weight 10): M = 10·10⁹ of 90·10⁹ = 111,111.1;
		// parts 88,888.8 and 22,222.2 round down to 88,888 + 22,222 = 111,110, and the one missing goes to the first.
		{"remainder to the largest part", asks(req("a", hiring.Essential), req("b", hiring.Trainable), weighted(req("c", hiring.Essential), 10)),
			[]hiring.Evidence{has("a", hiring.ProofVerified), has("b", hiring.ProofVerified)},
			111_111, 0, []hiring.Score{88_889, 22_222}},
		// Two of three, recorded (950): M = 15.2·10⁹ of 24·10⁹; halves of 633,333 are 316,666, the one missing goes to the first.
		{"ties by order of requirement", asks(req("a", hiring.Essential), req("b", hiring.Essential), req("c", hiring.Essential)),
			[]hiring.Evidence{has("a", hiring.ProofRecorded), has("b", hiring.ProofRecorded)},
			633_333, 0, []hiring.Score{316_667, 316_666}},
		// M = 8·10⁹; W = U = 8,000 (x), so S = 4,000 and 0.2·S = 800: 8/8.8 = 909,090; without breadth 1,000,000.
		{"breadth", asks(req("a", hiring.Essential)),
			[]hiring.Evidence{has("a", hiring.ProofVerified), has("x", hiring.ProofSelf)}, 909_090, 90_910, []hiring.Score{909_090}},
		// Six skills beside it are 48,000, capped at 40,000: S = 8·40/48 = 6,666, 8/(8+1.3332) = 857,155.
		{"breadth is capped", asks(req("a", hiring.Essential)),
			[]hiring.Evidence{has("a", hiring.ProofVerified), has("s", ""), has("t", ""), has("u", ""), has("v", ""), has("w", ""), has("x", "")},
			857_155, 142_845, []hiring.Score{857_155}},
		// Two proofs of one skill beside it count its rarity once.
		{"breadth counts a skill once", asks(req("a", hiring.Essential)),
			[]hiring.Evidence{has("a", hiring.ProofVerified), has("x", hiring.ProofWork), has("x", hiring.ProofSelf)}, 909_090, 90_910, []hiring.Score{909_090}},
		// The stronger of two proofs counts: claimed 850.
		{"best proof", asks(req("a", hiring.Essential)),
			[]hiring.Evidence{has("a", hiring.ProofClaimed), has("a", hiring.ProofSelf)}, 850_000, 0, []hiring.Score{850_000}},
		// verified · expired 600 = 600,000, less than self 700,000.
		{"expired credential", asks(req("a", hiring.Essential)),
			[]hiring.Evidence{{Skill: "a", Proof: hiring.ProofVerified, Expires: &yesterday}}, 600_000, 0, []hiring.Score{600_000}},
		{"self beats an expired credential", asks(req("a", hiring.Essential)),
			[]hiring.Evidence{{Skill: "a", Proof: hiring.ProofVerified, Expires: &yesterday}, has("a", hiring.ProofSelf)}, 700_000, 0, []hiring.Score{700_000}},
		// Level 2 against 4 wanted: 500; not stated: 800; above: 1000.
		{"two levels short", asks(levelled(req("a", hiring.Essential), 4)),
			[]hiring.Evidence{{Skill: "a", Proof: hiring.ProofVerified, Level: 2}}, 500_000, 0, []hiring.Score{500_000}},
		{"level not stated", asks(levelled(req("a", hiring.Essential), 4)),
			[]hiring.Evidence{has("a", hiring.ProofVerified)}, 800_000, 0, []hiring.Score{800_000}},
		{"level above", asks(levelled(req("a", hiring.Essential), 2)),
			[]hiring.Evidence{{Skill: "a", Proof: hiring.ProofVerified, Level: 5}}, 1_000_000, 0, []hiring.Score{1_000_000}},
		// Weight 0 adds nothing: M = 8 of 8.
		{"weight zero", asks(req("a", hiring.Essential), weighted(req("b", hiring.Essential), 0)),
			[]hiring.Evidence{has("a", hiring.ProofVerified), has("b", hiring.ProofVerified)}, 1_000_000, 0, []hiring.Score{1_000_000}},
		{"nothing shared", asks(req("a", hiring.Essential)), []hiring.Evidence{has("x", hiring.ProofVerified)}, 0, 0, nil},
		{"nothing asked", asks(), []hiring.Evidence{has("x", hiring.ProofVerified)}, 0, 0, nil},
		{"all weights zero", asks(weighted(req("a", hiring.Essential), 0)), []hiring.Evidence{has("a", hiring.ProofVerified)}, 0, 0, nil},
		{"empty profile", asks(req("a", hiring.Essential)), nil, 0, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := Scorer{Table: table8(nil), Map: skills.NewMap()}
			m, ok := s.Query(c.opening).Score(c.profile, noon)
			if ok != (c.want > 0) || m.Score != c.want || m.Breadth != c.breadth {
				t.Fatalf("score %v, breadth %v, matches %v; want %v, %v", m.Score, m.Breadth, ok, c.want, c.breadth)
			}
			var parts []hiring.Score
			for _, p := range m.Parts {
				parts = append(parts, p.Value)
			}
			if d := cmp.Diff(c.parts, parts); d != "" {
				t.Errorf("parts (-want +got):\n%s", d)
			}
		})
	}
}

// The rarer of two requirements counts more: w = 2,000 and 6,000, M = 6 of 8 or 2 of 8.
func TestScoreWeighsByRarity(t *testing.T) {
	s := Scorer{Table: table8(map[hiring.SkillID]int64{"common": 2000, "rare": 6000}), Map: skills.NewMap()}
	q := s.Query(asks(req("common", hiring.Essential), req("rare", hiring.Essential)))
	for skill, want := range map[hiring.SkillID]hiring.Score{"common": 250_000, "rare": 750_000} {
		if m, _ := q.Score([]hiring.Evidence{has(skill, hiring.ProofVerified)}, noon); m.Score != want {
			t.Errorf("%s alone scores %v, want %v", skill, m.Score, want)
		}
	}
}

func TestLedger(t *testing.T) {
	m := related()
	ends := noon.AddDate(0, 0, -3)
	s := Scorer{Table: table8(nil), Map: m}
	q := s.Query(asks(req("sql", hiring.Essential), levelled(req("excel", hiring.Optional), 3), req("cobol", hiring.Essential),
		weighted(req("teamwork", hiring.Trainable), 0)))
	got, ok := q.Score([]hiring.Evidence{
		{Skill: "excel", Proof: hiring.ProofRecorded, Level: 3, Credential: "Office Basics", Expires: &ends},
		{Skill: "postgres", Proof: hiring.ProofVerified, Credential: "Database Certificate"},
		{Skill: "sheets", Proof: hiring.ProofSelf},
		{Skill: "teamwork", Proof: hiring.ProofSelf},
	}, noon)
	if !ok {
		t.Fatal("no match")
	}
	// excel: same, level met, recorded · expired = 0.95 · 0.6 = 570,000. sql: the narrower postgres.
	narrower := creditBetween(t, m, "sql", "postgres")
	met := 8000*narrower + 4000*570_000
	score := met * 1_000_000 / (20_000 * 1_000_000) // W = 8,000 + 4,000 + 8,000 + 0, nothing unused
	if int64(got.Score) != score {
		t.Errorf("score %d, want %d", got.Score, score)
	}
	excel := 4000 * 570_000 * score / met
	want := hiring.Match{
		Score:   hiring.Score(score),
		Matched: []hiring.SkillID{"excel", "teamwork"},
		Missing: []hiring.SkillID{"sql", "cobol"},
		Near:    []hiring.Near{{Skill: "sql", By: "postgres", Relation: hiring.Narrower, Credit: hiring.Score(narrower)}},
		Parts: []hiring.Part{
			{Skill: "sql", Name: "name of sql", Need: hiring.Essential, Value: hiring.Score(score - excel), Credit: hiring.Score(narrower),
				By: "postgres", Relation: hiring.Narrower, Proof: hiring.ProofVerified, Credential: "Database Certificate"},
			{Skill: "excel", Name: "name of excel", Need: hiring.Optional, Value: hiring.Score(excel), Credit: 570_000,
				By: "excel", Relation: hiring.Same, Proof: hiring.ProofRecorded, Level: 3, Expired: true, Credential: "Office Basics"},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("ledger (-want +got):\n%s", d)
	}
}

func TestMust(t *testing.T) {
	s := Scorer{Table: table8(nil), Map: related()}
	broad := s.Query(asks(req("a", hiring.Essential), must(req("sql", hiring.Essential))))
	narrow := s.Query(asks(req("a", hiring.Essential), must(req("postgres", hiring.Optional))))
	zero := s.Query(asks(req("a", hiring.Essential), must(weighted(req("sql", hiring.Essential), 0))))
	for _, c := range []struct {
		name  string
		query *Query
		skill hiring.SkillID
		want  bool
	}{
		{"same", broad, "sql", true},
		{"narrower", broad, "postgres", true},
		{"broader", narrow, "sql", false},
		{"other", broad, "x", false},
		{"weight zero, held", zero, "sql", true},
		{"weight zero, not held", zero, "x", false},
	} {
		profile := []hiring.Evidence{has("a", hiring.ProofVerified), has(c.skill, hiring.ProofSelf)}
		if _, ok := c.query.Score(profile, noon); ok != c.want {
			t.Errorf("%s: match %v, want %v", c.name, ok, c.want)
		}
	}
}

// The widest opening and profile that validation lets in, with the greatest rarity, stay inside the integers.
func TestScoreBounds(t *testing.T) {
	table := &Table{Breadth: maxBreadth, Unseen: maxRarity}
	var o hiring.Opening
	var profile []hiring.Evidence
	for i := range hiring.MaxSkills {
		o.Skills = append(o.Skills, weighted(req(hiring.SkillID(fmt.Sprintf("a%05d", i)), hiring.Essential), 10))
		profile = append(profile, has(o.Skills[i].Skill, hiring.ProofVerified))
	}
	for i := range 40_000 {
		profile = append(profile, has(hiring.SkillID(fmt.Sprintf("b%05d", i)), hiring.ProofSelf))
	}
	// W = 200 · 640,000 = 1.28·10⁸, all met; U = 10⁹, so S = 113,475,177: 1.28/(1.28 + 0.2·1.13475177) = 0.849397…
	m, _ := Scorer{Table: table, Map: skills.NewMap()}.Query(&o).Score(profile, noon)
	if m.Score != 849_397 || m.Breadth != 150_603 {
		t.Errorf("score %d, breadth %d", m.Score, m.Breadth)
	}
	var sum hiring.Score
	for _, p := range m.Parts {
		sum += p.Value
	}
	if sum != m.Score {
		t.Errorf("parts sum to %d, score %d", sum, m.Score)
	}
}
