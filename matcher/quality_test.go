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

// trade is an occupation with its group in a classification: of ESCO its ISCO-08 unit group, of O*NET its broad occupation in SOC.
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

// trades are the occupations of a taxonomy, each as an opening and a learner.
type trades struct {
	list    []trade
	nearby  *skills.Map
	sizes   map[string]int // of groups
	holders map[hiring.SkillID][]int
}

func newTrades(list []trade, nearby *skills.Map) *trades {
	w := &trades{list: list, nearby: nearby, sizes: map[string]int{}, holders: map[hiring.SkillID][]int{}}
	for i, tr := range list {
		w.sizes[tr.group]++
		for _, s := range tr.essential {
			w.holders[s] = append(w.holders[s], i)
		}
	}
	return w
}

// best10 ranks all other trades for one by a shape of the rarities of what the two share, and of all that each has.
func (w *trades) best10(asked int, rarity func(hiring.SkillID) float64, shape func(shared, asked, held float64) float64) (best []int) {
	shared := make([]float64, len(w.list))
	whole := func(i int) (sum float64) {
		for _, s := range w.list[i].essential {
			sum += rarity(s)
		}
		return sum
	}
	for _, s := range w.list[asked].essential {
		for _, h := range w.holders[s] {
			shared[h] += rarity(s)
		}
	}
	scores, all := make([]float64, len(w.list)), whole(asked)
	for i, m := range shared {
		if m > 0 && i != asked {
			scores[i] = shape(m, all, whole(i))
			best = append(best, i)
		}
	}
	slices.SortFunc(best, func(a, b int) int { return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b)) })
	return best[:min(10, len(best))]
}

// ndcg10 is the normalised discounted cumulative gain of a list, in which a trade of the same group is a gain of 1.
func (w *trades) ndcg10(asked int, best []int) float64 {
	var gain, ideal float64
	for i := range 10 {
		if i < len(best) && w.list[best[i]].group == w.list[asked].group {
			gain += 1 / math.Log2(float64(i)+2)
		}
		if i < w.sizes[w.list[asked].group]-1 {
			ideal += 1 / math.Log2(float64(i)+2)
		}
	}
	return gain / ideal
}

// rankings are the ways to rank that are compared; the last is the score's.
func (w *trades) rankings() (names []string, best []func(asked int) []int) {
	ix := tradeIndex(w.list, w.nearby)
	scratch := &tally{ix: ix}
	plain := func(hiring.SkillID) float64 { return 1 }
	rarity := func(s hiring.SkillID) float64 { return float64(ix.scorer.Table.Rarity(s)) }
	covered := func(m, asked, _ float64) float64 { return m / asked }
	jaccard := func(m, asked, held float64) float64 { return m / (asked + held - m) }
	return []string{"share of skills covered", "Jaccard", "Jaccard weighted by rarity", ScorerVersion}, []func(int) []int{
		func(q int) []int { return w.best10(q, plain, covered) },
		func(q int) []int { return w.best10(q, plain, jaccard) },
		func(q int) []int { return w.best10(q, rarity, jaccard) },
		func(q int) (best []int) {
			hits, _ := ix.rankLearners(scratch, ix.openings[q].opening, noon, 0, 11)
			for _, h := range hits {
				if int(h.row) != q && len(best) < 10 {
					best = append(best, int(h.row))
				}
			}
			return best
		},
	}
}

// The ranking of occupations beside simpler ones: ESCO's, and O*NET's, which nothing was tuned on. 'make eval-match' takes every
// occupation as an opening, a normal run one in 32. The half for tuning is shown, the half held back is what counts.
func TestQuality(t *testing.T) {
	every, share := 32, 0.8 // few occupations say little
	if os.Getenv("QUALITY") != "" {
		every, share = 1, 0.9
	}
	for name, read := range map[string]func(testing.TB) ([]trade, *skills.Map){"ESCO": readTrades, "O*NET": readONETTrades} {
		t.Run(name, func(t *testing.T) {
			w := newTrades(read(t))
			names, ways := w.rankings()
			figures := make([][2]float64, len(names)) // tuning, held back
			var asked [2]int
			for q, tr := range w.list {
				half := 0
				if tr.heldBack() {
					half = 1
				}
				if w.sizes[tr.group] < 2 || q%every != 0 {
					continue
				}
				asked[half]++
				for i, best := range ways {
					figures[i][half] += w.ndcg10(q, best(q))
				}
			}
			table := fmt.Sprintf("nDCG@10 over occupations of      %6d tuning %6d held back, of %d\n", asked[0], asked[1], len(w.list))
			for i, name := range names {
				figures[i][0] /= float64(asked[0])
				figures[i][1] /= float64(asked[1])
				table += fmt.Sprintf("  %-30s %13.4f %16.4f\n", name, figures[i][0], figures[i][1])
			}
			t.Log("\n" + table)
			if ours := figures[len(figures)-1][1]; ours < figures[0][1] || ours < share*figures[2][1] {
				t.Errorf("the score ranks worse than simpler ones:\n%s", table)
			}
		})
	}
}
