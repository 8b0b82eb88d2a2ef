package events

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"matchday/hiring"
)

// filesWith returns the files under dir that hold text.
func filesWith(t testing.TB, dir, text string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(text)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestErasedFactsLeaveTheDisk(t *testing.T) {
	dir := t.TempDir()
	l := connect(t, options(broker(t, dir, "")))
	secret := "name-" + rand.Text()
	var ds []Draft
	for i := range 150 { // through the staging of batches
		d := draft(fmt.Sprintf("fact.learner.l%d", i%3), i)
		d.Unfenced, d.Body = true, body{N: i, Text: "someone else"}
		if i%3 == 1 {
			d.Body = body{N: i, Text: secret}
		}
		ds = append(ds, d)
	}
	for i, p := range l.PublishEach(t.Context(), ds) {
		if p.Err != nil {
			t.Fatalf("draft %d: %v", i, p.Err)
		}
	}
	d := draft("fact.credential.l1.c1", 1)
	d.Body = body{Text: secret}
	mustPublish(t, l, d)
	dead := draft("fact.learner.l1", 1)
	if err := l.bury(t.Context(), "mail", hiring.Fact{Subject: dead.Subject, Data: []byte(secret)}, nil, 5, errors.New("failed")); err != nil {
		t.Fatal(err)
	}
	if len(filesWith(t, dir, secret)) == 0 {
		t.Fatal("the text was never on disk: this test shows nothing")
	}
	for filter, want := range map[string]int{"fact.learner.l1": 50, "fact.credential.l1.>": 1, "fact.learner.l9": 0} {
		if n, err := l.EraseSubjects(t.Context(), filter); err != nil || n != want {
			t.Errorf("erasing %s: %d, %v; want %d", filter, n, err, want)
		}
	}
	if found := filesWith(t, dir, secret); found != nil {
		t.Errorf("still on disk: %v", found)
	}
	if _, err := l.Last(t.Context(), "fact.learner.l1"); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("Last of an erased subject: %v", err)
	}
	facts, _ := collect(t, l, 0)
	for range 100 {
		if f := within(t, facts, "the facts of others"); f.Subject == "fact.learner.l1" {
			t.Errorf("fact %d of the erased learner is delivered", f.Seq)
		}
	}
}

func TestKeys(t *testing.T) {
	dir := t.TempDir()
	l := connect(t, options(broker(t, dir, "")))
	keys := map[hiring.LearnerRef][]byte{}
	for i := range 700 {
		keys[hiring.LearnerRef(fmt.Sprintf("l%d", i))] = []byte("key-" + rand.Text())
	}
	for range 2 { // the second time changes nothing
		if err := l.PutKeys(t.Context(), keys); err != nil {
			t.Fatal(err)
		}
	}
	if k, err := l.Key(t.Context(), "l5"); err != nil || !bytes.Equal(k, keys["l5"]) {
		t.Errorf("Key = %q, %v", k, err)
	}
	mixed := map[hiring.LearnerRef][]byte{"l5": keys["l5"], "new": []byte("n"), "newer": []byte("m")}
	if err := l.PutKeys(t.Context(), mixed); err != nil {
		t.Errorf("new keys beside one that is there: %v", err)
	}
	other := map[hiring.LearnerRef][]byte{"l5": []byte("another"), "newest": []byte("x")}
	if err := l.PutKeys(t.Context(), other); !errors.Is(err, ErrStale) {
		t.Errorf("another key for l5: %v", err)
	}
	for _, ref := range []hiring.LearnerRef{"newest", "nobody"} {
		if _, err := l.Key(t.Context(), ref); hiring.CodeOf(err) != hiring.NotFound {
			t.Errorf("Key of %s: %v", ref, err)
		}
	}
	for range 2 {
		if err := l.DestroyKey(t.Context(), "l5"); err != nil {
			t.Error(err)
		}
	}
	if _, err := l.Key(t.Context(), "l5"); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("a destroyed key: %v", err)
	}
	if found := filesWith(t, dir, string(keys["l5"])); found != nil {
		t.Errorf("the destroyed key is on disk: %v", found)
	}
	if found := filesWith(t, dir, string(keys["l6"])); found == nil {
		t.Error("no other key is on disk either: this test shows nothing")
	}
	if err := l.PutKeys(t.Context(), map[hiring.LearnerRef][]byte{"l5": []byte("fresh")}); err != nil {
		t.Errorf("a new key after the erasure: %v", err)
	}
}

func TestBlobs(t *testing.T) {
	l := newLog(t)
	text := strings.Repeat("skill\n", 200_000)
	var first string
	for range 2 {
		sha, err := l.PutBlob(t.Context(), strings.NewReader(text))
		if err != nil || first != "" && sha != first {
			t.Fatalf("PutBlob = %s, %v", sha, err)
		}
		first = sha
	}
	r, err := l.OpenBlob(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != text {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	if _, err := l.OpenBlob(t.Context(), "00"); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("a blob that is not there: %v", err)
	}
}

func TestRankingsHaveOnePublisherAtATime(t *testing.T) {
	s := broker(t, t.TempDir(), "")
	a, b := connect(t, options(s)), connect(t, options(s))
	if n, err := a.RankedThrough(t.Context()); err != nil || n != 0 {
		t.Errorf("RankedThrough of nothing: %d, %v", n, err)
	}
	put := func(l *Log, subject string, trigger uint64) error {
		return l.PublishRanking(t.Context(), subject, hiring.Ranking{Position: trigger}, trigger)
	}
	for i := range uint64(3) {
		if err := put(a, "match.opening.o1", i+1); err != nil {
			t.Fatal(err)
		}
	}
	if err := put(b, "match.learner.l1", 7); err != nil { // takes over
		t.Fatal(err)
	}
	if err := put(a, "match.opening.o2", 8); !errors.Is(err, ErrStale) {
		t.Errorf("the former publisher: %v", err)
	}
	for _, l := range []*Log{a, b} {
		if n, err := l.RankedThrough(t.Context()); err != nil || n != 7 {
			t.Errorf("RankedThrough = %d, %v", n, err)
		}
	}
	if err := put(b, "match.opening.o1", 9); err != nil {
		t.Error(err)
	}
	big := hiring.Ranking{Matches: make([]hiring.Match, 200_000)}
	if err := b.PublishRanking(t.Context(), "match.opening.o1", big, 10); hiring.CodeOf(err) != hiring.TooLarge {
		t.Errorf("an oversized ranking: %v", err)
	}
}

// A key that this process wrote is remembered, until somebody destroys it: here, or elsewhere with the fact of the erasure.
func TestFreshKeysAreRememberedUntilErased(t *testing.T) {
	dir := t.TempDir()
	s := broker(t, dir, "")
	here, elsewhere := connect(t, options(s)), connect(t, options(s))
	keys := map[hiring.LearnerRef][]byte{"a": []byte("key a"), "b": []byte("key b")}
	if err := here.PutKeys(t.Context(), keys); err != nil {
		t.Fatal(err)
	}
	if have := here.fresh.get("a"); !bytes.Equal(have, keys["a"]) {
		t.Errorf("the key is remembered as %q", have)
	}
	if err := here.DestroyKey(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := here.Key(t.Context(), "a"); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("a destroyed key is found: %v", err)
	}
	facts, _ := collect(t, here, 0)
	if err := elsewhere.DestroyKey(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	erased := draft(hiring.LearnerSubject("b"), 1)
	erased.Type = hiring.LearnerErased
	mustPublish(t, elsewhere, erased)
	within(t, facts, "the erasure")
	if _, err := here.Key(t.Context(), "b"); hiring.CodeOf(err) != hiring.NotFound {
		t.Errorf("a key destroyed elsewhere is found after the erasure: %v", err)
	}
	for i := range 2*generation + 1 {
		here.fresh.put(hiring.LearnerRef(fmt.Sprint(i)), []byte("key"))
	}
	if n := len(here.fresh.young) + len(here.fresh.old); n > 2*generation || here.fresh.get("0") != nil || here.fresh.get(hiring.LearnerRef(fmt.Sprint(2*generation))) == nil {
		t.Errorf("%d keys are remembered", n)
	}
}
