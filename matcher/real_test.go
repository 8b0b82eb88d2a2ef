package matcher

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"matchday/hiring"
	"matchday/skills"
)

const sharedData = "../../shared/data"

// readTable returns the rows below the heading of a gzipped CSV of the shared data; a test is skipped where that is absent, but in CI.
func readTable(t testing.TB, path ...string) [][]string {
	t.Helper()
	name := filepath.Join(append([]string{sharedData}, path...)...)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skipf("%s is absent", name)
	}
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
	return rows[1:]
}

// reader resolves names of skills as an import does: by the map, or to a text of their own.
type reader struct {
	m    *skills.Map
	seen map[string]hiring.SkillRef
}

func (r *reader) skill(name string) hiring.SkillRef {
	name = strings.TrimSpace(strings.Trim(strings.TrimSpace(name), `'"`))
	if s, ok := r.seen[name]; ok {
		return s
	}
	s := hiring.SkillRef{Skill: hiring.SkillID("text:" + skills.Key(name)), Name: name}
	if found := r.m.Resolve(name, "en", 1); len(found) > 0 {
		s = hiring.SkillRef{Skill: found[0].Skill, Name: found[0].Name}
	}
	r.seen[name] = s
	return s
}

// skills resolves the distinct skills of a cell.
func (r *reader) skills(cell string) (list []hiring.SkillRef) {
	for name := range strings.SplitSeq(strings.Trim(cell, "[]"), ",") {
		if s := r.skill(name); s.Skill != "text:" && !slices.ContainsFunc(list, func(o hiring.SkillRef) bool { return o.Skill == s.Skill }) {
			list = append(list, s)
		}
	}
	return list
}

// realWorld is the world of bench/spine: ESCO, 4,000 postings, 1,008 courses, and learners who completed one to three of those courses
// and declare one or two skills. Courses cost something here, so that price matters.
func realWorld(t testing.TB, learners int) *Matcher {
	t.Helper()
	courses, postings := readTable(t, "courses", "coursera_courses_clean.csv.gz"), readTable(t, "postings", "naukri_jobs.csv.gz")
	release := skills.Release{Name: "esco", Version: "1.1.1"}
	if _, err := skills.ReadESCO(os.DirFS(escoDir), func(c skills.Concept) error {
		release.Concepts = append(release.Concepts, c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	read := &reader{m: skills.NewMap(skills.WithCurated([]skills.Release{release})...), seen: map[string]hiring.SkillRef{}}
	rng := rand.New(rand.NewPCG(7, 7))
	var facts []hiring.Fact
	for i, row := range courses {
		p := hiring.Programme{ID: hiring.ProgrammeID(fmt.Sprintf("course-%04d", i)), Name: row[0], Provider: hiring.ProviderName(row[1]), Months: float64(1 + rng.IntN(6))}
		for _, s := range read.skills(row[8]) {
			p.Skills = append(p.Skills, hiring.TaughtSkill{SkillRef: s})
		}
		p.Price = &hiring.Money{Amount: float64(49 * (1 + rng.IntN(8))), Currency: "USD"}
		facts = append(facts, fact(t, p))
	}
	for _, row := range postings {
		o := hiring.Opening{ID: hiring.OpeningID(row[0]), Title: row[1], Employer: hiring.EmployerName(row[2])}
		for _, s := range read.skills(row[4]) {
			o.Skills = append(o.Skills, hiring.Requirement{SkillRef: s, Need: hiring.Essential})
		}
		facts = append(facts, fact(t, o))
	}
	declared := []string{"SQL", "Python", "Java", "project management", "communication", "accounting", "customer service", "data analysis", "negotiation", "Linux"}
	for i := range learners {
		id := hiring.LearnerID(fmt.Sprintf("c-%05d", i+1))
		l := hiring.Learner{ID: id, Ref: refOf(id), Visible: true, RegisteredBy: operator}
		for range 1 + rng.IntN(3) {
			c := courses[rng.IntN(len(courses))]
			l.Claims = append(l.Claims, hiring.Claim{Name: c[0], Issuer: hiring.ProviderName(c[1])})
		}
		for _, k := range rng.Perm(len(declared))[:1+rng.IntN(2)] {
			l.Skills = append(l.Skills, hiring.HeldSkill{SkillRef: read.skill(declared[k])})
		}
		facts = append(facts, fact(t, l))
	}
	for i := range facts {
		facts[i].Seq = uint64(i + 1)
	}
	m := empty(Options{Now: func() time.Time { return noon }})
	m.index.use(Scorer{Table: PlainTable(), Map: read.m})
	m.apply(facts)
	m.frozen = Count(m.world)
	m.index.use(Scorer{Table: m.frozen, Map: read.m})
	m.index.crowd()
	return m
}

// threadUsage asks Linux for the use of the calling thread alone.
const threadUsage = 1

// busyTime is the processor time of this thread, where the system tells it; else the time of day. On a machine that others use too, it
// says what a question costs.
func busyTime() time.Duration {
	var use syscall.Rusage
	if syscall.Getrusage(threadUsage, &use) != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// timed runs do for n questions and reports the median, the 99th percentile and the longest, in milliseconds of processor time.
func timed(b *testing.B, what string, n int, do func(i int)) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	took := make([]time.Duration, 0, n)
	for i := range n {
		began := busyTime()
		do(i)
		took = append(took, busyTime()-began)
	}
	slices.Sort(took)
	for name, d := range map[string]time.Duration{"p50": took[n/2], "p99": took[n*99/100], "max": took[n-1]} {
		b.ReportMetric(float64(d.Microseconds())/1000, what+"-"+name+"-ms")
	}
}

// Advice at the size of bench/spine, each question asked 300 times; 'make bench-advice' prints the figures.
func BenchmarkAdvice(b *testing.B) {
	m := realWorld(b, 10_000)
	asked := hiring.Asked{Actor: operator}
	r := rand.New(rand.NewPCG(1, 1))
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	opening := func() hiring.OpeningID { return m.index.openings[r.IntN(len(m.index.openings))].opening.ID }
	reached, exact := 0, 0
	wider, widest, bound, optimal := 0, 0, 0, 0
	for b.Loop() {
		timed(b, "learner", 300, func(int) {
			l := m.world.Learners[m.index.learners[r.IntN(len(m.index.learners))].ref]
			a, err := m.adviseLearner(context.Background(), hiring.AdviseLearner{Asked: asked, ID: l.ID, Opening: opening(), At: noon})
			check(err)
			if a.Step != nil {
				reached++
				if a.Step.Exact {
					exact++
				}
			}
		})
		timed(b, "widen", 300, func(int) {
			l := m.world.Learners[m.index.learners[r.IntN(len(m.index.learners))].ref]
			a, err := m.widenReach(context.Background(), hiring.WidenReach{Asked: asked, ID: l.ID, Programmes: exactSteps, At: noon})
			check(err)
			if len(a.Steps) > 0 {
				last := a.Steps[len(a.Steps)-1]
				wider, widest, bound = wider+1, widest+last.Reaches, bound+a.AtMost
				if last.Reaches == a.AtMost {
					optimal++
				}
			}
		})
		timed(b, "costs", 300, func(int) {
			_, err := m.weighRequirements(context.Background(), hiring.WeighRequirements{Asked: asked, Opening: opening(), At: noon})
			check(err)
		})
		timed(b, "near", 300, func(int) {
			_, err := m.findNearLearners(context.Background(), hiring.FindNearLearners{Asked: asked, Opening: opening(), Limit: 20, At: noon})
			check(err)
		})
		timed(b, "programme", 300, func(int) {
			id := hiring.ProgrammeID(fmt.Sprintf("course-%04d", r.IntN(1008)))
			_, err := m.reachOfProgramme(context.Background(), hiring.ReachOfProgramme{Asked: asked, Programme: id, Limit: 20, At: noon})
			check(err)
		})
	}
	b.ReportMetric(float64(reached)/float64(b.N), "steps-of-300")
	b.ReportMetric(float64(exact)/float64(b.N), "exact-of-300")
	b.ReportMetric(float64(optimal)/float64(b.N), "widest-of-300")
	b.ReportMetric(float64(widest)/float64(max(wider, 1)), "openings/widest")
	b.ReportMetric(float64(bound)/float64(max(wider, 1)), "openings/bound")
}
