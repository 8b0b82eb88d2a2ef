package notify

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"matchday/hiring"
)

// box is the folder of mail files.
type box struct {
	root *os.Root
	sync func() error // makes the names in the folder durable
}

// openBox opens the folder, making it when absent. Only the owner may look into it.
func openBox(dir string) (*box, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the mail folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the mail folder: %w", err)
	}
	b := &box{root: root}
	b.sync = b.syncDir
	return b, nil
}

func (b *box) close() error { return b.root.Close() }

// fileName names the mail about one fact: learner first, so that a learner's mails can be found, then invitation, occasion and log
// position, so that the same fact always has the same name.
func fileName(inv *hiring.Invitation, o occasion, seq uint64) string {
	return fmt.Sprintf("%s.%s.%s.%d.eml", inv.Learner, inv.Ref, o, seq)
}

// put writes a mail so that whoever watches the folder sees all of it or nothing, and that it outlives a power cut.
func (b *box) put(name string, content []byte) error {
	draft := "." + name + ".tmp"
	f, err := b.root.OpenFile(draft, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("writing a mail: %w", err)
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing a mail: %w", err)
	}
	if err := b.root.Rename(draft, name); err != nil {
		return fmt.Errorf("writing a mail: %w", err)
	}
	if err := b.sync(); err != nil { // the fact is acknowledged next, and never comes again
		return fmt.Errorf("writing a mail: %w", err)
	}
	return nil
}

// syncDir writes the folder itself to the disk. Windows cannot sync a directory and does not need to.
func (b *box) syncDir() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := b.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// forget removes the mails of learners, half-written ones included.
func (b *box) forget(learners map[hiring.LearnerRef]bool) error {
	dir, err := b.root.Open(".")
	if err != nil {
		return err
	}
	names, err := dir.Readdirnames(-1)
	if err := errors.Join(err, dir.Close()); err != nil {
		return err
	}
	gone := false
	for _, name := range names {
		ref, _, _ := strings.Cut(strings.TrimPrefix(name, "."), ".")
		if !learners[hiring.LearnerRef(ref)] {
			continue
		}
		if err := b.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		gone = true
	}
	if !gone {
		return nil
	}
	return b.sync()
}
