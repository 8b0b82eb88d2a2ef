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
	const most, keys = 1 << 20, 1000
	m, err := newMemory(time.Now, most, keys)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	value := string(make([]byte, most/16))
	for i := range 3 * keys {
		set(t, m, fmt.Sprint(i), value, time.Hour)
		if _, err := m.Count(t.Context(), fmt.Sprint(i), time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	m.values.CleanUp()
	m.counts.CleanUp()
	if size := m.values.WeightedSize(); size > most {
		t.Errorf("%d bytes are held", size)
	}
	if n := m.counts.EstimatedSize(); n > keys {
		t.Errorf("%d counters are held", n)
	}
}
