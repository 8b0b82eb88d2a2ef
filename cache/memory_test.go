package cache

import (
	"fmt"
	"testing"
	"time"
)

func TestValuesInProcessExpire(t *testing.T) {
	now := newHand()
	c := open(t, "", clock(now.Now))
	set(t, c, "short", "1", time.Minute)
	set(t, c, "long", "2", time.Hour)
	now.advance(59 * time.Second)
	hit(t, c, "short", "1")
	now.advance(time.Second)
	miss(t, c, "short")
	hit(t, c, "long", "2")
	set(t, c, "long", "3", time.Minute)
	now.advance(time.Minute)
	miss(t, c, "long")
}

func TestMemoryIsBounded(t *testing.T) {
	m, err := newMemory(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	value := string(make([]byte, MaxValue))
	for i := range 2 * memoryBytes / MaxValue {
		set(t, m, fmt.Sprint(i), value, time.Hour)
	}
	for i := range 3 * memoryCounts / 2 {
		if _, err := m.Count(t.Context(), fmt.Sprint(i), time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	m.values.CleanUp()
	m.counts.CleanUp()
	if size := m.values.WeightedSize(); size > memoryBytes {
		t.Errorf("%d bytes are held", size)
	}
	if n := m.counts.EstimatedSize(); n > memoryCounts {
		t.Errorf("%d counters are held", n)
	}
}
