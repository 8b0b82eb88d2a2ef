package vault

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestOpenMakesTheFileOnceAndLoadsItAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "data")
	path := filepath.Join(dir, "secrets")
	first, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if first.Password("x") != again.Password("x") {
		t.Error("the second start has another secret")
	}
	mode(t, path, 0o600)
	mode(t, dir, 0o700)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func mode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has mode %04o, want %04o", path, got, want)
	}
}

func TestProcessesThatStartAtOnceAgree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets")
	const n = 16
	got := make([]string, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			s, err := Open(path)
			if err != nil {
				t.Error(err)
				return
			}
			got[i] = s.Password("x")
		})
	}
	wg.Wait()
	for _, p := range got {
		if p != got[0] {
			t.Fatal("two processes hold different secrets")
		}
	}
}

func TestAttack58WeakSecretsAreRefused(t *testing.T) {
	for name, content := range map[string]string{
		"empty":       "",
		"blank":       " \n\n",
		"comment":     "# nothing here\n",
		"placeholder": "changeme",
		"short":       fixedMaster[:62],
		"long":        fixedMaster + "00",
		"zeros":       strings.Repeat("0", 64),
		"all equal":   strings.Repeat("ab", 32),
		"repeated":    strings.Repeat("deadbeef", 8),
		"digits":      strings.Repeat("0123456789abcdef", 4),
		"ascending":   "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		"two":         fixedMaster + "\n" + fixedMaster,
		"huge":        strings.Repeat("#", maxFileSize+1),
		"binary":      "\x00\xff\xfe",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "secrets")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(path)
			refused(t, err, path)
			if content != "" && strings.Contains(err.Error(), content) {
				t.Error("the error repeats the secret")
			}
			if kept, err := os.ReadFile(path); err != nil || string(kept) != content {
				t.Error("the refused file was changed")
			}
		})
	}
}

func TestAttack58FilesThatOthersMayReadAreRefused(t *testing.T) {
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o622, 0o777} {
		path := filepath.Join(t.TempDir(), "secrets")
		if err := os.WriteFile(path, []byte(fixedMaster), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path)
		refused(t, err, "chmod 600 "+path)
	}
}

func TestOpenRefusesADirectory(t *testing.T) {
	_, err := Open(t.TempDir())
	refused(t, err, "regular file")
}

func TestOpenSaysWhyItCannotMakeTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(file, "secrets")); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("want an error of the file system, got %v", err)
	}
}

func TestOpenToleratesCommentsAndLineEnds(t *testing.T) {
	s := open(t, "# mine\r\n\r\n  "+strings.ToUpper(fixedMaster)+" \r\n")
	if s.Password("x") != fixed(t).Password("x") {
		t.Error("the same digits gave another secret")
	}
}

func refused(t *testing.T, err error, says string) {
	t.Helper()
	if !errors.Is(err, ErrRefused) {
		t.Fatalf("want a refusal, got %v", err)
	}
	if !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), ";") {
		t.Errorf("%q neither says %q nor how to mend it", err, says)
	}
}
