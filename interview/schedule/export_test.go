package schedule

// FirstPairs returns what deferred acceptance wants before any time is given, without who can never meet, and how many of those
// pairs insertion seats. Tests compare that with the most that can be seated.
func FirstPairs(p Problem) (pairs []Talk, seated int) {
	s := newSolver(newBoard(newMarket(p)))
	for _, q := range s.match(s.quota, s.room, func(q pair) bool { return s.aside[q] }) {
		pairs = append(pairs, Talk{Learner: s.learners[q.learner], Opening: s.openings[q.opening]})
		if s.insert(s.talk(q)) {
			seated++
		}
	}
	return pairs, seated
}
