package hiring

// Rest is where a World that was resumed finds the learners whom it does not hold: as they stood at the position it was resumed at. Each
// is read when somebody needs it, and held by the World from the first fact about it on.
type Rest struct {
	// Wake returns a learner, and the credentials that reached us by themselves; both nil for who is not there.
	Wake func(LearnerRef) (*Learner, map[Ref]*Credential)
	// First is what [World.First] tells.
	First func(LearnerRef) uint64
	// Find returns who has an id, "" for nobody.
	Find func(LearnerID) LearnerRef
	// Holders returns whose claims or credentials name a programme so; see Keys.
	Holders func(key string) []LearnerRef
	// Each calls visit for every learner with a record of their own.
	Each func(visit func(LearnerRef, LearnerID))
}

// Resume makes a World go on from a position: learners are found in rest, all else was applied before, as facts of any numbers below
// that. Seqs are what [World.Seq] is to tell.
func (w *World) Resume(position uint64, rest *Rest, seqs map[string]uint64) {
	w.Position, w.rest, w.woken, w.seqs = position, rest, map[LearnerRef]struct{}{}, seqs
}

// Learner returns a learner, nil for one who is not known. It changes nothing: readers may share a World.
func (w *World) Learner(ref LearnerRef) *Learner {
	if l := w.Learners[ref]; l != nil || !w.resting(ref) {
		return l
	}
	l, _ := w.rest.Wake(ref)
	return l
}

// credentials returns what reached us of a learner by itself.
func (w *World) credentials(ref LearnerRef) map[Ref]*Credential {
	if of := w.Credentials[ref]; of != nil || !w.resting(ref) {
		return of
	}
	_, of := w.rest.Wake(ref)
	return of
}

// resting reports whether w holds nothing of a learner, and rest may.
func (w *World) resting(ref LearnerRef) bool {
	if w.rest == nil {
		return false
	}
	_, woken := w.woken[ref]
	return !woken && w.Learners[ref] == nil
}

// wake makes w hold a learner, before a fact about it is applied.
func (w *World) wake(ref LearnerRef) {
	if !w.resting(ref) {
		return
	}
	w.woken[ref] = struct{}{}
	l, of := w.rest.Wake(ref)
	if l != nil {
		w.Learners[ref], w.ids[l.ID], w.firsts[ref] = l, ref, w.rest.First(ref)
		w.hold(ref, l.Claims)
	}
	if of != nil {
		w.Credentials[ref] = of
		for _, c := range of {
			w.hold(ref, []Claim{c.claim()})
		}
	}
}

// holding calls visit for everyone who names a programme so; some may be named twice.
func (w *World) holding(key string, visit func(LearnerRef)) {
	for ref := range w.holders[key] {
		visit(ref)
	}
	if w.rest == nil {
		return
	}
	for _, ref := range w.rest.Holders(key) {
		if w.resting(ref) {
			visit(ref)
		}
	}
}

// Everyone calls visit for every learner with a record who was not erased, in no order.
func (w *World) Everyone(visit func(LearnerRef, LearnerID)) {
	for ref, l := range w.Learners {
		if !l.Erased {
			visit(ref, l.ID)
		}
	}
	if w.rest != nil {
		w.rest.Each(func(ref LearnerRef, id LearnerID) {
			if w.resting(ref) {
				visit(ref, id)
			}
		})
	}
}

// Keys returns by which names a learner's claims and credentials name programmes.
func (w *World) Keys(ref LearnerRef) (keys []string) {
	if l := w.Learner(ref); l != nil {
		for _, c := range l.Claims {
			keys = append(keys, holderKey(c))
		}
	}
	for _, c := range w.credentials(ref) {
		keys = append(keys, holderKey(c.claim()))
	}
	return keys
}

// Kept returns what w has of a learner, for who takes a copy of it: nothing of one who is at rest.
func (w *World) Kept(ref LearnerRef) (l *Learner, of map[Ref]*Credential, resting bool) {
	if w.resting(ref) {
		return nil, nil, true
	}
	of = make(map[Ref]*Credential, len(w.Credentials[ref]))
	for id, c := range w.Credentials[ref] {
		of[id] = c
	}
	return w.Learners[ref], of, false
}
