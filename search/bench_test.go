package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"matchday/events"
	"matchday/hiring"
	"matchday/vault"
)

// crowd makes n learners with sealed records, as an import would: 8 skills of 1,000, one programme of 100, a place, a text of 40 words.
func (h *house) crowd(from, n int) []events.Draft {
	h.Helper()
	rng := rand.New(rand.NewPCG(1, uint64(from)))
	drafts := make([]events.Draft, n)
	keys := map[hiring.LearnerRef][]byte{}
	for i := range drafts {
		l := benchLearner(rng, from+i, h.secrets)
		key, err := h.secrets.NewKey()
		if err == nil {
			l.Sealed, err = h.secrets.Seal(key, l.Ref, person(rng, i))
		}
		if err != nil {
			h.Fatal(err)
		}
		keys[l.Ref] = key
		drafts[i] = events.Draft{Subject: hiring.LearnerSubject(l.Ref), Type: hiring.LearnerRecorded, Source: "bench", Body: l, Unfenced: true}
	}
	if err := h.log.PutKeys(h.Context(), keys); err != nil {
		h.Fatal(err)
	}
	return drafts
}

func benchLearner(rng *rand.Rand, i int, secrets *vault.Secrets) hiring.Learner {
	id := hiring.LearnerID(fmt.Sprintf("l%06d", i))
	l := hiring.Learner{ID: id, Ref: secrets.LearnerRef(id), Visible: true, RegisteredBy: operator}
	for k := range 8 {
		l.Skills = append(l.Skills, hiring.HeldSkill{SkillRef: skill(fmt.Sprintf("skill number %d", k*125+rng.IntN(125)))})
	}
	l.Claims = []hiring.Claim{{Programme: hiring.ProgrammeID(fmt.Sprintf("p%d", rng.IntN(100)))}}
	town := rng.IntN(50)
	l.Place = place(fmt.Sprintf("Town %d", town), float64(town), float64(town)*1.7)
	l.Modes = []hiring.Mode{hiring.Onsite}
	return l
}

func person(rng *rand.Rand, i int) hiring.Personal {
	p := hiring.Personal{Name: fmt.Sprintf("Name%d Surname%d", i, i), Contact: hiring.Contact{Email: fmt.Sprintf("n%d@example.org", i)}}
	for range 40 {
		p.Text += fmt.Sprintf("word%d ", rng.IntN(5000))
	}
	return p
}

func (h *house) publishAll(drafts []events.Draft) {
	h.Helper()
	for _, p := range h.log.PublishEach(h.Context(), drafts) {
		if p.Err != nil {
			h.Fatal(p.Err)
		}
		h.last = max(h.last, p.Seq)
	}
}

// BenchmarkRebuild folds a log of 10,000 learners into an empty index.
func BenchmarkRebuild(b *testing.B) {
	h := newHouse(b)
	for i := range 100 {
		h.programme(fmt.Sprintf("p%d", i), fmt.Sprintf("Programme %d", i), "Alpha", "Beta", fmt.Sprintf("Special %d", i))
	}
	const n = 10_000
	for i := 0; i < n; i += 1000 {
		h.publishAll(h.crowd(i, 1000))
	}
	for b.Loop() {
		h.dir = b.TempDir()
		_, stop := h.start()
		b.StopTimer()
		stop()
		b.StartTimer()
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkStream publishes learners while the role follows, and reports how long after the last acknowledgement all are searchable.
func BenchmarkStream(b *testing.B) {
	h := newHouse(b)
	r, _ := h.start()
	const n = 5_000
	from := 0
	var lag, publishing time.Duration
	for b.Loop() {
		b.StopTimer()
		drafts := h.crowd(from, n)
		from += n
		b.StartTimer()
		began := time.Now()
		h.publishAll(drafts)
		acknowledged := time.Now()
		if err := r.pos.Wait(context.Background(), h.last); err != nil {
			b.Fatal(err)
		}
		lag, publishing = lag+time.Since(acknowledged), publishing+acknowledged.Sub(began)
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(float64(n*b.N)/publishing.Seconds(), "acked/s")
	b.ReportMetric(lag.Seconds()/float64(b.N)*1000, "lag-ms")
}

// BenchmarkSearch asks for a page with facets out of 10,000 learners.
func BenchmarkSearch(b *testing.B) {
	h := newHouse(b)
	r, _ := h.start()
	for i := 0; i < 10_000; i += 1000 {
		h.publishAll(h.crowd(i, 1000))
	}
	if err := r.pos.Wait(context.Background(), h.last); err != nil {
		b.Fatal(err)
	}
	for name, q := range map[string]string{"all": "", "skill": `skill:"skill number 7"`, "words": "word12 number -word13", "near": `near:"45,45,1000km" mode:onsite`} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := r.answer(b.Context(), hiring.Search{Asked: hiring.Asked{Actor: acme}, Of: OfLearners, Query: q, At: now, Limit: 20}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
