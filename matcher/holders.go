package matcher

import (
	"context"

	"matchday/hiring"
)

// findHolders says which of some learners hold a programme, to those who manage it.
func (m *Matcher) findHolders(_ context.Context, q hiring.FindHolders) (hiring.FoundHolders, error) {
	if err := q.Actor.Validate(); err != nil {
		return hiring.FoundHolders{}, err
	}
	if len(q.Learners) > hiring.MaxHolders {
		return hiring.FoundHolders{}, hiring.Invalidf("learners", "number more than %d", hiring.MaxHolders)
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	p := m.world.Programmes[q.Programme]
	if p == nil || !q.Actor.MayManageProgramme(p) {
		return hiring.FoundHolders{}, missing("programme")
	}
	found := hiring.FoundHolders{Holders: []hiring.LearnerRef{}}
	for _, ref := range q.Learners {
		if m.world.Holds(ref, p.ID) {
			found.Holders = append(found.Holders, ref)
		}
	}
	return found, nil
}
