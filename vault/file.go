package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrRefused is wrapped by the errors about a secrets file that exists but must not be used. The process refuses to start
// (exit status 4): going on would show personal data to whoever can guess or read the secret.
var ErrRefused = errors.New("refuses to start")

const (
	secretSize  = 32      // bytes
	maxFileSize = 4 << 10 // bytes; a secrets file is a comment and 64 hex digits
)

const preamble = `# The secret of this Matchday installation: 64 hex digits.
# Keep it with your backups, apart from the data. Without it the personal data in the log cannot be read by anyone.
`

// Open loads the secrets file at path, or makes one when there is none: a fresh secret from the system's random source, mode
// 0600, in a directory made 0700, complete on disk before it has its name. Several processes that start at once agree on one
// file.
//
// A file that others can read, or whose secret is empty, short or no secret at all, is refused with an error that wraps
// [ErrRefused] and says how to mend it.
func Open(path string) (*Secrets, error) {
	master, err := load(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = create(path); err != nil {
			return nil, fmt.Errorf("vault: make secrets file: %w", err)
		}
		master, err = load(path)
	}
	if err != nil {
		return nil, fmt.Errorf("vault: secrets file: %w", err)
	}
	return newSecrets(master)
}

// load reads and judges the secrets file. Mode and content are those of one open file, so it cannot be swapped in between.
func load(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, refusal(path, "is not a regular file", "name a file that does not exist yet, and one is made")
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, refusal(path, fmt.Sprintf("is open to others (mode %04o)", mode), "run: chmod 600 "+path)
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxFileSize {
		return nil, refusal(path, "is too large to be a secrets file", advice)
	}
	return parse(path, content)
}

const advice = "restore it from a backup; for an installation without data, delete the file and start again, and one is made"

// parse finds the one line that is not a comment and checks that it is a secret somebody drew, not one somebody typed.
func parse(path string, content []byte) ([]byte, error) {
	var text string
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case text != "":
			return nil, refusal(path, "holds more than one secret", advice)
		default:
			text = line
		}
	}
	if text == "" {
		return nil, refusal(path, "holds no secret", advice)
	}
	master, err := hex.DecodeString(text)
	if err != nil || len(master) != secretSize {
		return nil, refusal(path, "does not hold 64 hex digits", advice)
	}
	if guessable(master) {
		return nil, refusal(path, "holds a default or patterned secret", advice)
	}
	return master, nil
}

// guessable reports whether the bytes follow a pattern: a repetition, or equal steps. Thirty-two random bytes hold about thirty
// different ones; that they hold fewer than sixteen happens less than once in 10^15 installations.
func guessable(secret []byte) bool {
	seen := map[byte]bool{}
	steps := map[byte]bool{}
	for i, b := range secret {
		seen[b] = true
		if i > 0 {
			steps[b-secret[i-1]] = true
		}
	}
	return len(seen) < 16 || len(steps) == 1
}

func refusal(path, what, mend string) error {
	return fmt.Errorf("%w: %s %s; %s", ErrRefused, path, what, mend)
}

// create writes a fresh secrets file and gives it its name by a hard link, which, unlike a rename, never replaces the file that
// another process may have made meanwhile. A file that is there already is no error.
func create(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".secrets-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := fill(f); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(dir)
}

// fill writes a fresh secret to f, makes it durable and closes it.
func fill(f *os.File) error {
	master := make([]byte, secretSize)
	_, _ = rand.Read(master) // never fails: crypto/rand ends the process first
	var b bytes.Buffer
	b.WriteString(preamble)
	fmt.Fprintf(&b, "%x\n", master)
	_, err := f.Write(b.Bytes())
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDir makes a new name in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
