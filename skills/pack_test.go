package skills

import (
	"bytes"
	"crypto/sha256"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"matchday/hiring"
)

var digest = sha256.Sum256([]byte("a set"))

func TestPackedMapsAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMap(releases().Draw(t, "releases")...)
		packed := m.pack(digest)
		got, err := unpackMap(packed, digest)
		if err != nil {
			t.Fatal(err)
		}
		if again := got.pack(digest); !bytes.Equal(again, packed) {
			t.Fatalf("packed again it has %d bytes instead of %d, or others", len(again), len(packed))
		}
		for i := range uint32(m.ids.len()) {
			id := hiring.SkillID(m.ids.at(i))
			if a, b := m.Near(id), got.Near(id); !reflect.DeepEqual(a, b) {
				t.Fatalf("near %s are %v and, once packed, %v", id, a, b)
			}
			a, _ := m.Lookup(m.Name(id, ""), "")
			if b, _ := got.Lookup(m.Name(id, ""), ""); a != b || m.Demand(id) != got.Demand(id) || !reflect.DeepEqual(m.Equivalences(id), got.Equivalences(id)) {
				t.Fatalf("%s is %v and, once packed, %v", id, a, b)
			}
		}
	})
}

func TestPackedRefusals(t *testing.T) {
	packed := plates().pack(digest)
	for name, data := range map[string][]byte{
		"nothing": nil, "a part": packed[:len(packed)-1], "a header": packed[:packHeader], "more": append(bytes.Clone(packed), 0),
		"another version": append([]byte("matchday map 99\n"), packed[16:]...),
	} {
		if _, err := unpackMap(data, digest); err == nil {
			t.Errorf("%s is a map", name)
		}
	}
	if _, err := unpackMap(packed, sha256.Sum256([]byte("another set"))); err == nil {
		t.Error("a map of another set is taken")
	}
	for i := range packed {
		packed[i] ^= 1
		if _, err := unpackMap(packed, digest); err == nil {
			t.Fatalf("a wrong byte at %d is not seen", i)
		}
		packed[i] ^= 1
	}
}

// Even what the digest vouches for must not bring a process down.
func FuzzUnpackMap(f *testing.F) {
	f.Add(plates().pack(digest)[packHeader:])
	f.Add(fourMap().pack(digest)[packHeader:])
	f.Add(NewMap().pack(digest)[packHeader:])
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := unpackBody(data)
		if err != nil {
			return
		}
		for i := range uint32(min(m.ids.len(), 20)) {
			id := hiring.SkillID(m.ids.at(i))
			m.Near(id)
			m.Equivalences(id)
			m.Demand(id)
			m.Resolve(m.Name(id, "en"), "en", 3)
		}
		checkTags(t, "prepare plates and printing inks", m.Tag("prepare plates and printing inks", "en"))
	})
}

func fourMap() *Map { return NewMap(fourTrades()...) }

// shelved loads what stored has through a shelf that keeps its map in a folder, and says how many blobs were opened.
func shelved(t *testing.T, dir string) (*Map, int64) {
	t.Helper()
	b := stored(t)
	m, err := NewShelf(b.open).KeepIn(dir, slog.New(slog.DiscardHandler)).Load(t.Context(), []hiring.Taxonomy{{Name: "o", Release: "1", Blob: "aa"}})
	if err != nil || m.Len() != 1 {
		t.Fatal(m, err)
	}
	return m, b.opens.Load()
}

func TestShelfKeepsItsMap(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "skills")
	first, opened := shelved(t, dir)
	if opened != 1 {
		t.Errorf("at first %d blobs were opened", opened)
	}
	again, opened := shelved(t, dir)
	if opened != 0 || !bytes.Equal(first.pack(digest), again.pack(digest)) {
		t.Errorf("then %d blobs were opened", opened)
	}
	file := filepath.Join(dir, mapFile)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, opened = shelved(t, dir); opened != 1 {
		t.Errorf("a damaged file: %d blobs were opened", opened)
	}
	if _, opened = shelved(t, dir); opened != 0 {
		t.Errorf("after it was replaced %d blobs were opened", opened)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v %v", entries, err)
	}
}

func TestShelfDoesWithoutItsFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "no folder")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, opened := shelved(t, file); opened != 1 {
		t.Errorf("%d blobs were opened", opened)
	}
}
