package skills

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"testing"

	"matchday/hiring"
)

// heap returns the bytes in use after everything unreachable is gone.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc)
}

// BenchmarkNewMap builds ESCO and O*NET; MB-kept is what the map itself holds in memory.
func BenchmarkNewMap(b *testing.B) {
	realData(b)
	e, o := realESCO(), realONET()
	before := heap()
	var m *Map
	b.ReportAllocs()
	for b.Loop() {
		m = NewMap(Release{"esco", "1.1.1", e.concepts}, Release{"onet", "29.3", o.concepts})
	}
	b.ReportMetric((heap()-before)/(1<<20), "MB-kept")
	runtime.KeepAlive(m)
}

// BenchmarkOpen reads ESCO and O*NET from their published files and builds the map: what a cold start costs.
func BenchmarkOpen(b *testing.B) {
	realData(b)
	b.ReportAllocs()
	for b.Loop() {
		NewMap(
			Release{"esco", "1.1.1", realFolder("esco-1.1.1", ReadESCO).concepts},
			Release{"onet", "29.3", realFolder("onet-29.3", ReadONET).concepts},
		)
	}
}

// BenchmarkShelf loads the same from blobs in the normal form, as a process does at its start.
func BenchmarkShelf(b *testing.B) {
	realData(b)
	var blob bytes.Buffer
	for _, c := range append(realESCO().concepts, realONET().concepts...) {
		if err := WriteJSONL(&blob, c); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(blob.Len()))
	b.ReportAllocs()
	for b.Loop() {
		s := NewShelf(func(_ context.Context, _ string) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(blob.Bytes())), nil
		})
		if _, err := s.Load(b.Context(), []hiring.Taxonomy{{Name: "all", Release: "1", Blob: "aa"}}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkResolve resolves every ESCO name in turn, and one that means four skills.
func BenchmarkResolve(b *testing.B) {
	realData(b)
	m, concepts := realMap(), realESCO().concepts
	b.Run("names", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			m.Resolve(concepts[i%len(concepts)].Name, "en", 5)
		}
	})
	b.Run("ambiguous", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.Resolve("SQL", "en", 5)
		}
	})
	b.Run("unknown", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.Resolve("underwater basket weaving", "en", 5)
		}
	})
}

// BenchmarkNear looks at every skill in turn.
func BenchmarkNear(b *testing.B) {
	realData(b)
	m := realMap()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Near(hiring.SkillID(m.ids.at(uint32(i % m.ids.len()))))
	}
}
