package matcher

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"matchday/hiring"
	"matchday/matcher/kernel"
	"matchday/vault"
)

// million is an index of n learners who have 15 skills, of one occupation mostly, half of them recorded by a provider; every tenth
// skill is a kind of another, as in crowd.
func million(n int) (ix *index, jobs [][]hiring.SkillID, r *rand.Rand) {
	const concepts, occupations = 8000, 600
	r = rand.New(rand.NewPCG(20270301, 5))
	zipf := rand.NewZipf(r, 1.05, 60, concepts-1)
	id := func(k uint64) hiring.SkillID {
		return hiring.SkillID(fmt.Sprintf("http://data.example.eu/skill/%04d", k))
	}
	draw := func(n int, one func() hiring.SkillID) (list []hiring.SkillID) {
		for len(list) < n {
			if s := one(); !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		return list
	}
	df := map[hiring.SkillID]int{}
	for range occupations {
		job := draw(40, func() hiring.SkillID { return id(zipf.Uint64()) })
		for _, s := range job {
			df[s]++
		}
		jobs = append(jobs, job)
	}
	table := newTable(occupations, df, jobs)
	ix = newIndex(Scorer{Table: table, Map: wideMap(concepts)})
	for i := range n {
		job := jobs[int(float64(occupations)*r.Float64()*r.Float64())]
		var profile []hiring.Evidence
		for _, s := range draw(15, func() hiring.SkillID {
			if r.IntN(7) == 0 {
				return id(uint64(r.IntN(150)))
			}
			return job[int(40*r.Float64()*(0.4+0.6*r.Float64()))]
		}) {
			profile = append(profile, has(s, []hiring.Proof{hiring.ProofRecorded, hiring.ProofSelf}[r.IntN(2)]))
		}
		l := hiring.LearnerID(fmt.Sprintf("learner-%07d", i))
		ix.setLearner(hiring.LearnerRef(l), &hiring.Learner{ID: l, Visible: true}, sorted(profile))
	}
	return ix, jobs, r
}

// profileOf returns a learner's evidence as the world would.
func (ix *index) profileOf(n int32) (list []hiring.Evidence) {
	p := &ix.learners[n]
	for _, e := range p.proofs {
		list = append(list, hiring.Evidence{Skill: ix.names[ix.lists[e.list].skill], Proof: hiring.Proofs[e.behind%proofKinds]})
	}
	return list
}

// sizes are the numbers of learners to measure with: those of BENCH_MATCH, and few otherwise.
func sizes(t *testing.T) []int {
	var list []int
	for _, f := range strings.Split(cmp.Or(os.Getenv("BENCH_MATCH"), "10000"), ",") {
		n, err := strconv.Atoi(f)
		if err != nil {
			t.Fatalf("BENCH_MATCH: %v", err)
		}
		list = append(list, n)
	}
	return list
}

// contest is one opening asked in three ways.
type contest struct {
	opening *hiring.Opening
	skills  kernel.Query // weighted overlap: the same weights, one list a skill
	proofs  kernel.Query // the same on the lists that the score needs, one for each proof of a skill
	// µs, the least of its rounds: overlap in both ways, the best 50 by score, and these with their ledgers.
	plain, split, best, whole float64
}

// The full score, with relations, proof, the learner-side term and the ledger of the 50 best, beside plain weighted overlap of the
// same openings over the same learners. 'make bench-match' says how many learners; every answer is checked in a normal run.
func TestFullScoreBesidePlain(t *testing.T) {
	for _, n := range sizes(t) {
		ix, jobs, r := million(n)
		ix.crowd()
		ix.kernel.Merge(ix.kinds())
		plain := plainIndex(ix)
		list := contests(ix, jobs, r)
		scratch := &tally{ix: ix}
		for range 10 {
			for chunk := range slices.Chunk(list, 20) {
				for i := range chunk {
					chunk[i].plain = min(chunk[i].plain, micros(func() { plain.View().Top(chunk[i].skills) }))
				}
				for i := range chunk {
					chunk[i].split = min(chunk[i].split, micros(func() { ix.crowd().Top(chunk[i].proofs) }))
				}
				for i := range chunk {
					chunk[i].askFully(ix, scratch)
				}
			}
		}
		for _, c := range list[:len(list)*10_000/max(n, 10_000)] {
			c.check(t, ix, scratch)
		}
		p50 := func(of func(contest) float64) float64 {
			values := make([]float64, len(list))
			for i, c := range list {
				values[i] = of(c)
			}
			slices.Sort(values)
			return values[len(values)/2]
		}
		t.Logf("%d learners, p50 µs: plain overlap %.0f, on lists by proof %.0f; the best 50 by the full score %.0f, with their ledgers %.0f\n"+
			"full score with ledgers ÷ plain overlap, median: %.1f; ÷ plain overlap on the same lists, wanted at most 4: %.1f",
			n, p50(func(c contest) float64 { return c.plain }), p50(func(c contest) float64 { return c.split }),
			p50(func(c contest) float64 { return c.best }), p50(func(c contest) float64 { return c.whole }),
			p50(func(c contest) float64 { return c.whole / c.plain }), p50(func(c contest) float64 { return c.whole / c.split }))
	}
}

// plainIndex holds the same learners on one list a skill, as it is after a while: merged, with changes since.
func plainIndex(ix *index) *kernel.Index {
	var records []kernel.Record
	for n, l := range ix.learners {
		rec := kernel.Record{Row: kernel.Row(n)}
		for skill := range ix.lists.skills(l.proofs) {
			rec.Lists = append(rec.Lists, kernel.List(skill))
		}
		records = append(records, rec)
	}
	plain := kernel.New(records, kernel.Options{})
	plain.Merge(nil)
	for n := range min(2000, len(records)/10) {
		plain.Put(records[n*7%len(records)])
		ix.kernel.Put(ix.record(int32(n * 7 % len(records))))
	}
	return plain
}

func contests(ix *index, jobs [][]hiring.SkillID, r *rand.Rand) (list []contest) {
	for i := range 100 {
		o := &hiring.Opening{ID: hiring.OpeningID(fmt.Sprint("o", i)), Title: "t", Employer: "e"}
		job := jobs[r.IntN(len(jobs))]
		for _, k := range r.Perm(40)[:10] {
			o.Skills = append(o.Skills, req(job[k], hiring.Essential))
		}
		ix.setOpening(o)
		row := &ix.openings[len(ix.openings)-1]
		c := contest{opening: o, skills: kernel.Query{K: 50}, proofs: kernel.Query{K: 50}}
		c.plain, c.split, c.best, c.whole = math.Inf(1), math.Inf(1), math.Inf(1), math.Inf(1)
		for k, a := range row.query.asks {
			weight := uint32(250 * row.wishes[k].weight / row.total)
			c.skills.Groups = append(c.skills.Groups, kernel.Group{{List: kernel.List(ix.numbers[a.Skill]), Weight: weight}})
			var group kernel.Group
			for _, v := range ix.variants[ix.numbers[a.Skill]] {
				group = append(group, kernel.Choice{List: v.list, Weight: weight})
			}
			c.proofs.Groups = append(c.proofs.Groups, group)
		}
		list = append(list, c)
	}
	return list
}

func micros(do func()) float64 {
	began := time.Now()
	do()
	return float64(time.Since(began).Nanoseconds()) / 1000
}

func (c *contest) askFully(ix *index, scratch *tally) {
	began := time.Now()
	hits := ix.bestLearners(scratch, c.opening, noon, 50, 1)
	c.best = min(c.best, float64(time.Since(began).Nanoseconds())/1000)
	ix.learnerMatches(scratch, scratch.sheetsTo(true), c.opening, hits, noon)
	c.whole = min(c.whole, float64(time.Since(began).Nanoseconds())/1000)
}

// check holds the kernel's answer against scoring everybody, and the ledgers against the pure function.
func (c *contest) check(t *testing.T, ix *index, scratch *tally) {
	hits := ix.bestLearners(scratch, c.opening, noon, 50, 1)
	if want, _ := exhaustive(ix, c.opening, 50); !slices.Equal(want, hits) {
		t.Fatalf("opening %s: %v, want %v", c.opening.ID, hits, want)
	}
	row := &ix.openings[ix.opening[c.opening.ID]]
	for i, m := range ix.learnerMatches(scratch, scratch.sheetsTo(true), c.opening, hits, noon) {
		want, _ := row.query.Score(ix.profileOf(hits[i].row), noon)
		want.Learner = m.Learner
		if d := gocmp.Diff(want, m); d != "" {
			t.Fatalf("the ledger of the pure function, and of the index:\n%s", d)
		}
	}
}

// writeMillion writes the snapshot of a matcher of n learners and returns what it held, and how long that took.
func writeMillion(t *testing.T, n int, o Options) (kernel.Stats, time.Duration) {
	t.Helper()
	m := empty(o)
	m.index, _, _ = million(n)
	for i := range m.index.learners {
		row := &m.index.learners[i]
		l := &hiring.Learner{ID: row.id, Ref: row.ref, Visible: true, RegisteredBy: operator, Languages: []string{"en"}}
		for skill := range m.index.lists.skills(row.proofs) {
			s := m.index.names[skill]
			l.Skills = append(l.Skills, hiring.HeldSkill{SkillRef: hiring.SkillRef{Skill: s, Name: "name of " + string(s)}})
		}
		m.world.Learners[row.ref] = l
	}
	m.world.Position = uint64(n)
	m.index.crowd()
	m.index.kernel.Merge(m.index.kinds())
	began := time.Now()
	if err := m.writeSnapshot(); err != nil {
		t.Fatal(err)
	}
	return m.index.crowd().Stats(), time.Since(began)
}

// How long a snapshot takes to write and to go on from, at a million learners (MILLION=1; a hundredth of that otherwise).
func TestSnapshotOfAMillion(t *testing.T) {
	n := 10_000
	if os.Getenv("MILLION") != "" {
		n = 1_000_000
	}
	secrets, err := vault.Open(filepath.Join(t.TempDir(), "secrets"))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Secrets: secrets, Dir: t.TempDir(), Now: func() time.Time { return noon }}
	want, wrote := writeMillion(t, n, o)
	runtime.GC()
	info, err := os.Stat(filepath.Join(o.Dir, snapshotFile))
	if err != nil {
		t.Fatal(err)
	}
	busy := allBusyTime(t)
	began := time.Now()
	again := empty(o)
	s, err := again.readSnapshot()
	if err == nil {
		err = again.restore(t.Context(), s)
	}
	if err != nil {
		t.Fatal(err)
	}
	took, used := time.Since(began), allBusyTime(t)-busy
	if got := again.index.crowd().Stats(); got.Rows != n || got.Postings != want.Postings || again.world.LearnerByID("learner-0000007").Skills == nil {
		t.Errorf("went on with %+v, want %+v", got, want)
	}
	t.Logf("%d learners: %.0f MB written in %v; ready after %v, %v of processor time", n, float64(info.Size())/1e6, wrote, took, used)
}

// allBusyTime is the processor time of this process.
func allBusyTime(t *testing.T) time.Duration {
	t.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		t.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
