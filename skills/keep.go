package skills

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

// mapFile is the file of the map that was built last. It holds nothing that the taxonomies' blobs do not: it may be deleted at any time.
const mapFile = "skills.map"

// keeping is where a shelf keeps the map that it built last; the zero value keeps none.
type keeping struct {
	dir    string
	logger *slog.Logger
}

// KeepIn has the shelf keep the map that it builds in a folder, and open it from there the next time: reading ESCO and O*NET takes seconds,
// opening the file a tenth of one. A file of other taxonomies, of another version of this package, or a damaged one is
// built anew, and what goes wrong with it is logged and does no harm. Several processes may share the folder. It returns the shelf.
func (s *Shelf) KeepIn(dir string, logger *slog.Logger) *Shelf {
	s.kept = keeping{dir, logger}
	return s
}

// read returns the map of these sources, nil where none that can be used is kept.
func (k keeping) read(of [sha256.Size]byte) *Map {
	if k.dir == "" {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(k.dir, mapFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var m *Map
	if err == nil {
		m, err = unpackMap(data, of)
	}
	if err != nil {
		k.logger.Info("the map of skills is built anew", "file", filepath.Join(k.dir, mapFile), "reason", err)
		return nil
	}
	return m
}

// write keeps a map. Readers see the former file or the new one, never a part.
func (k keeping) write(m *Map, of [sha256.Size]byte) {
	if k.dir == "" {
		return
	}
	if err := replace(k.dir, m.pack(of)); err != nil {
		k.logger.Warn("the map of skills could not be kept; it will be built anew at the next start", "error", err)
	}
}

func replace(dir string, data []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, mapFile+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, mapFile))
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
