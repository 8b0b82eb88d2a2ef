package interview

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"matchday/hiring"
)

func TestAlarmsComeInOrderAndOnce(t *testing.T) {
	a := newAlarms()
	a.at(start.Add(2*time.Hour), "late")
	a.at(start.Add(time.Hour), "early")
	a.at(start.Add(time.Hour), "early")
	a.at(start.Add(90*time.Minute), "early")
	if got := a.due(start.Add(time.Hour - 1)); len(got) != 0 {
		t.Errorf("too early: %v", got)
	}
	if got := a.due(start.Add(3 * time.Hour)); !slices.Equal(got, []hiring.DayID{"early", "late"}) {
		t.Errorf("due: %v", got)
	}
	if got := a.due(start.Add(4 * time.Hour)); len(got) != 0 || len(a.set) != 0 {
		t.Errorf("again: %v, %d kept", got, len(a.set))
	}
}

// Alarms fire at their time and not before, also when an earlier one is set meanwhile, and when the clock is stepped.
func TestAlarmsFireOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlarms()
		var step atomic.Int64
		now := func() time.Time { return time.Now().Add(time.Duration(step.Load())) }
		began := time.Now()
		fired := make(chan hiring.DayID, 8)
		ctx, cancel := context.WithCancel(t.Context())
		go a.run(ctx, now, func(d hiring.DayID) { fired <- d })
		a.at(began.Add(time.Hour), "hour")
		synctest.Wait()
		a.at(began.Add(time.Minute), "minute")
		if d := <-fired; d != "minute" || time.Since(began) != time.Minute {
			t.Errorf("%s after %v", d, time.Since(began))
		}
		if d := <-fired; d != "hour" || time.Since(began) != time.Hour {
			t.Errorf("%s after %v", d, time.Since(began))
		}
		a.at(began.Add(3*time.Hour), "stepped")
		synctest.Wait()
		step.Store(int64(2 * time.Hour))
		if <-fired; time.Since(began) > time.Hour+look {
			t.Errorf("noticed %v after the clock was stepped", time.Since(began)-time.Hour)
		}
		cancel()
	})
}
