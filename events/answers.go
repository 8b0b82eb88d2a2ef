package events

import "errors"

// Answers collects what a role answers, so that it is withdrawn together. The zero value is ready.
type Answers struct {
	stops []func()
	err   error
}

// Add takes what [Answer] returned.
func (a *Answers) Add(stop func(), err error) {
	if err != nil {
		a.err = errors.Join(a.err, err)
		return
	}
	a.stops = append(a.stops, stop)
}

// Err returns what could not be registered.
func (a *Answers) Err() error { return a.err }

// Stop withdraws all answers that were registered.
func (a *Answers) Stop() {
	for _, stop := range a.stops {
		stop()
	}
}
