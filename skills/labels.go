package skills

import (
	"fmt"
	"io"
)

// ReadLabels reads preferred labels in further languages from a table with tabs, gzip-compressed or not: a header "uri", "en",
// "de", … and a line for each concept, its cells empty where a language has no label. The concepts have no name: they only add to
// those of the same id, in a release of a name of its own ("esco-labels").
func ReadLabels(r io.Reader, emit func(Concept) error) (Counts, error) {
	in := newIntake(emit)
	plain, err := unpack(r)
	if err != nil {
		return in.done(), fmt.Errorf("unpacking labels: %w", err)
	}
	t := table{"labels", '\t', []string{"uri"}}
	err = t.read(&bounded{plain, maxFile}, in, func(r row) error {
		c := Concept{ID: r.get("uri"), Labels: map[string]string{}}
		for column := range r.index {
			if label := r.get(column); column != "uri" && label != "" {
				c.Labels[column] = label
			}
		}
		return in.add(r.where(), c)
	})
	if err != nil {
		return in.done(), fmt.Errorf("reading labels: %w", err)
	}
	return in.done(), nil
}
