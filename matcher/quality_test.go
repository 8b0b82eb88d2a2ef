package matcher

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"matchday/hiring"
	"matchday/skills"
)

const escoDir = "../../shared/data/esco-1.1.1"

// trade is an ESCO occupation with its ISCO-08 unit group.
type trade struct {
	id, group string
	essential []hiring.SkillID
}

// held back: one half of the trades, by hash. The other half is for tuning, and not for figures.
func (t trade) heldBack() bool {
	h := fnv.New32a()
	h.Write([]byte(t.id))
	return h.Sum32()>>7&1 == 1
}

func readTrades(t testing.TB) ([]trade, *skills.Map) {
	t.Helper()
	release := skills.Release{Name: "esco", Version: "1.1.1"}
	essential := map[string][]hiring.SkillID{}
	_, err := skills.ReadESCO(os.DirFS(escoDir), func(c skills.Concept) error {
		release.Concepts = append(release.Concepts, c)
		for _, s := range c.Essential {
			essential[c.ID] = append(essential[c.ID], hiring.SkillID(s))
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skipf("%s is absent", escoDir)
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(escoDir, "occupations_en.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var trades []trade
	for _, r := range rows[1:] { // conceptType, conceptUri, iscoGroup, …
		if list := essential[r[1]]; len(list) > 0 {
			trades = append(trades, trade{r[1], r[2], list})
		}
	}
	return trades, skills.NewMap(release)
}

// tradeIndex is an index in which every trade is an opening and a learner.
func tradeIndex(trades []trade, m *skills.Map) *index {
	df := map[hiring.SkillID]int{}
	var profiles [][]hiring.SkillID
	for _, tr := range trades {
		for _, s := range tr.essential {
			df[s]++
		}
		profiles = append(profiles, tr.essential)
	}
	ix := newIndex(Scorer{Table: newTable(len(trades), df, profiles), Map: m})
	for _, tr := range trades {
		o := &hiring.Opening{ID: hiring.OpeningID(tr.id)}
		var profile []hiring.Evidence
		for _, s := range tr.essential {
			o.Skills = append(o.Skills, hiring.Requirement{SkillRef: hiring.SkillRef{Skill: s}, Need: hiring.Essential})
			profile = append(profile, hiring.Evidence{Skill: s, Proof: hiring.ProofRecorded})
		}
		ix.setOpening(o)
		ix.setLearner(hiring.LearnerRef(tr.id), &hiring.Learner{ID: hiring.LearnerID(tr.id), Visible: true}, sorted(profile))
	}
	return ix
}

// overlap scores one trade against another from the rarities of what they share, and of all that each has.
func overlap(rarity func(hiring.SkillID) float64, shape func(shared, asked, held float64) float64) func(asked, held trade) float64 {
	return func(asked, held trade) float64 {
		var m, w, t float64
		for _, s := range asked.essential {
			w += rarity(s)
			if slices.Contains(held.essential, s) {
				m += rarity(s)
			}
		}
		for _, s := range held.essential {
			t += rarity(s)
		}
		return shape(m, w, t)
	}
}

// best10 ranks all other trades by a score.
func best10(trades []trade, asked int, score func(asked, held trade) float64) []int {
	type scored struct {
		trade int
		score float64
	}
	var list []scored
	for i := range trades {
		if s := score(trades[asked], trades[i]); s > 0 && i != asked {
			list = append(list, scored{i, s})
		}
	}
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(trades[a.trade].id, trades[b.trade].id))
	})
	var best []int
	for _, s := range list[:min(10, len(list))] {
		best = append(best, s.trade)
	}
	return best
}

// ndcg10 is the normalised discounted cumulative gain of a list, in which a trade of the same unit group is a gain of 1.
func ndcg10(trades []trade, asked, relevant int, best []int) float64 {
	var gain, ideal float64
	for i := range 10 {
		if i < len(best) && trades[best[i]].group == trades[asked].group {
			gain += 1 / math.Log2(float64(i)+2)
		}
		if i < relevant {
			ideal += 1 / math.Log2(float64(i)+2)
		}
	}
	return gain / ideal
}

// The ranking of ESCO's occupations, on the half that the score was not tuned on, beside simpler ones. 'make quality' takes every
// occupation of that half as an opening, a normal run one in 32.
func TestQuality(t *testing.T) {
	trades, m := readTrades(t)
	every := 32
	if os.Getenv("QUALITY") != "" {
		every = 1
	}
	ix := tradeIndex(trades, m)
	groups := map[string]int{}
	for _, tr := range trades {
		groups[tr.group]++
	}
	scratch := &tally{ix: ix}
	plain := func(hiring.SkillID) float64 { return 1 }
	rarity := func(s hiring.SkillID) float64 { return float64(ix.scorer.Table.Rarity(s)) }
	covered := func(m, w, _ float64) float64 { return m / w }
	jaccard := func(m, w, t float64) float64 { return m / (w + t - m) }
	rankings := []struct {
		name string
		best func(asked int) []int
	}{
		{"share of skills covered", func(q int) []int { return best10(trades, q, overlap(plain, covered)) }},
		{"Jaccard", func(q int) []int { return best10(trades, q, overlap(plain, jaccard)) }},
		{"Jaccard weighted by rarity", func(q int) []int { return best10(trades, q, overlap(rarity, jaccard)) }},
		{ScorerVersion, func(q int) (best []int) {
			hits, _ := ix.rankLearners(scratch, ix.openings[q].opening, noon, 0, 11)
			for _, h := range hits {
				if int(h.row) != q && len(best) < 10 {
					best = append(best, int(h.row))
				}
			}
			return best
		}},
	}
	figures := make([]float64, len(rankings))
	asked, seen := 0, 0
	for q, tr := range trades {
		if !tr.heldBack() || groups[tr.group] < 2 {
			continue
		}
		if seen++; seen%every != 0 {
			continue
		}
		asked++
		for i, r := range rankings {
			figures[i] += ndcg10(trades, q, groups[tr.group]-1, r.best(q))
		}
	}
	table := fmt.Sprintf("nDCG@10 over %d occupations of the half held back, of %d:\n", asked, len(trades))
	for i, r := range rankings {
		figures[i] /= float64(asked)
		table += fmt.Sprintf("  %-28s %.4f\n", r.name, figures[i])
	}
	t.Log(table)
	if ours := figures[len(figures)-1]; ours < figures[0] || ours < 0.95*figures[2] {
		t.Errorf("the score ranks worse than simpler ones:\n%s", table)
	}
}
