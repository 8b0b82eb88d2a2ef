package ingest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"matchday/events"
	"matchday/hiring"
	"matchday/vault"
)

func (w *world) erase(a hiring.Actor, id string) (hiring.Done, error) {
	return events.Ask[hiring.Done](w.t.Context(), w.log, hiring.EraseLearner{Asked: hiring.Asked{Actor: a}, Learner: hiring.LearnerID(id)})
}

// found lists the files under the world's folder that hold one of the words.
func (w *world) found(words ...string) (files []string) {
	w.t.Helper()
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, word := range words {
			if bytes.Contains(data, []byte(word)) {
				files = append(files, fmt.Sprintf("%s: %s", path, word))
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return files
}

func TestErasureLeavesNothing(t *testing.T) {
	w := start(t)
	id := "erase-me-5a1c9"
	w.send(operator, hiring.ImportLearners, `{"id":"stays","name":"Bo"}`,
		`{"id":"`+id+`","name":"Unique Nomen Xq7","contact":{"email":"xq7@unique.example","phone":"+99 7731"},"text":"cv xq7","skills":["Zymurgy"]}`)
	w.send(operator, hiring.ImportCredentials, `{"learner":"`+id+`","programme":"p-of-theirs"}`)
	if files := w.found("Unique Nomen Xq7", "xq7@unique.example", "+99 7731", "cv xq7"); len(files) > 0 {
		t.Errorf("personal data in clear: %v", files)
	}
	if len(w.found(id)) == 0 {
		t.Fatal("this test does not find what it must not find later")
	}
	token := hiring.Token{Hash: vault.TokenHash(vault.NewToken()), Actor: asLearner(id)}
	if _, err := events.Ask[hiring.Done](t.Context(), w.log, hiring.PutToken{Asked: hiring.Asked{Actor: operator}, Token: token}); err != nil {
		t.Fatal(err)
	}
	_, theirs := w.erase(google, id)
	_, nobody := w.erase(operator, "nobody")
	if code(theirs) != hiring.NotFound || code(nobody) != hiring.NotFound {
		t.Errorf("%v, %v", theirs, nobody)
	}
	done, err := w.erase(operator, id)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.erase(operator, id); err != nil || again != done {
		t.Errorf("erased again: %+v %v, first %+v", again, err, done)
	}
	if files := w.found(id, "Zymurgy", "zymurgy", "p-of-theirs"); len(files) > 0 {
		t.Errorf("left on disk: %v", files)
	}
	ref := w.sec.LearnerRef(hiring.LearnerID(id))
	if _, err := w.log.Key(t.Context(), ref); code(err) != hiring.NotFound {
		t.Errorf("the key: %v", err)
	}
	gone := "accepted 0 unchanged 0 rejected 1; line 1: id was erased; use another id"
	w.want(w.send(operator, hiring.ImportLearners, `{"id":"`+id+`"}`), gone)
	w.want(w.send(operator, hiring.ImportCredentials, `{"learner":"`+id+`","programme":"p"}`), "accepted 0 unchanged 0 rejected 1…")

	w.stop() // a rebuild from the log knows no more
	w.role, w.stop = w.run()
	defer w.stop()
	if w.learner(id) != nil || w.learner("stays") == nil {
		t.Error("the rebuilt world differs")
	}
	w.want(w.send(operator, hiring.ImportLearners, `{"id":"`+id+`"}`), gone)
	w.role.mu.RLock()
	defer w.role.mu.RUnlock()
	if left := w.role.world.Tokens[token.Hash]; len(w.role.world.Tokens) != 1 || !left.Revoked || left.Subject != "erased" {
		t.Errorf("the learner's token is %+v", left)
	}
}

// TestErasureThatBrokeOff repeats the command after each point at which the first may have ended.
func TestErasureThatBrokeOff(t *testing.T) {
	for name, crash := range map[string]func(w *world, ref hiring.LearnerRef) error{
		"after the first tombstone": func(w *world, ref hiring.LearnerRef) error {
			return w.role.markErased(w.t.Context(), ref)
		},
		"before the last tombstone": func(w *world, ref hiring.LearnerRef) error {
			if err := w.role.markErased(w.t.Context(), ref); err != nil {
				return err
			}
			if err := w.role.eraseTraces(w.t.Context(), "person-77", ref); err != nil {
				return err
			}
			_, err := w.log.EraseSubjects(w.t.Context(), hiring.LearnerSubject(ref))
			return err
		},
		"with the record gone first": func(w *world, ref hiring.LearnerRef) error {
			_, err := w.log.EraseSubjects(w.t.Context(), hiring.LearnerSubject(ref))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			w.send(operator, hiring.ImportLearners, `{"id":"person-77","name":"N"}`)
			w.send(operator, hiring.ImportCredentials, `{"learner":"person-77","programme":"p-77"}`)
			ref := w.sec.LearnerRef("person-77")
			if err := crash(w, ref); err != nil {
				t.Fatal(err)
			}
			w.stop()
			w.role, w.stop = w.run()
			defer w.stop()
			if _, err := w.erase(operator, "person-77"); err != nil {
				t.Fatal(err)
			}
			if files := w.found("person-77", "p-77"); len(files) > 0 {
				t.Errorf("left on disk: %v", files)
			}
			f, err := w.log.Last(t.Context(), hiring.LearnerSubject(ref))
			if err != nil || f.Type != hiring.LearnerErased || string(f.Data) != `{"ref":"`+string(ref)+`","erased":true}` {
				t.Errorf("the tombstone: %s %s %v", f.Type, f.Data, err)
			}
		})
	}
}

// TestALearnerErasesThemself checks that the right is the learner's own, also for one of whom nothing was sealed.
func TestALearnerErasesThemself(t *testing.T) {
	w := start(t)
	w.send(operator, hiring.ImportLearners, `{"id":"l1"}`)
	if _, err := w.erase(asLearner("l1"), "l1"); err != nil {
		t.Fatal(err)
	}
	if w.learner("l1") != nil {
		t.Error("still known")
	}
}

// TestLogsNameNoLearner checks that what is printed about a learner who erases themselves, or is refused something, tells neither their
// id nor their whole ref.
func TestLogsNameNoLearner(t *testing.T) {
	w := start(t)
	w.send(operator, hiring.ImportLearners, `{"id":"ann-7731","name":"Ann"}`, `{"id":"bob-7731"}`)
	w.want(w.send(asLearner("ann-7731"), hiring.ImportLearners, `{"id":"bob-7731"}`), refusedLine)
	if _, err := w.erase(asLearner("ann-7731"), "ann-7731"); err != nil {
		t.Fatal(err)
	}
	printed, err := os.ReadFile(filepath.Join(w.dir, "printed.log"))
	if err != nil {
		t.Fatal(err)
	}
	ref := w.sec.LearnerRef("ann-7731")
	for _, said := range []string{"a learner was erased", "a record was refused", "role=learner", "by=" + string(ref[:6])} {
		if !bytes.Contains(printed, []byte(said)) {
			t.Errorf("%q is not in %s", said, printed)
		}
	}
	for _, secret := range []string{"7731", string(ref)} {
		if bytes.Contains(printed, []byte(secret)) {
			t.Errorf("%q is in %s", secret, printed)
		}
	}
}
