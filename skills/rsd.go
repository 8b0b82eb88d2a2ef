package skills

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// ReadRSD reads Rich Skill Descriptors as the Open Skills Management Tool gives them, gzip-compressed or not: the JSON of its API (one
// descriptor or an array), or its library as CSV. The skill's name names it, its statement describes it; alignments say what it is the
// same as. Keywords are topics, not names, and are left alone. CSV gives no ids: they are made from name and statement. Archived and
// deleted descriptors are skipped.
//
// Source of the fields: WGU OSMT's API v3 and its import template.
func ReadRSD(r io.Reader, emit func(Concept) error) (Counts, error) {
	in := newIntake(emit)
	plain, err := unpack(r)
	if err != nil {
		return in.done(), fmt.Errorf("unpacking descriptors: %w", err)
	}
	br := bufio.NewReader(&bounded{plain, maxFile})
	if head, _ := br.Peek(64); strings.HasPrefix(strings.TrimLeft(string(head), "\ufeff \t\r\n"), "[") || strings.HasPrefix(strings.TrimLeft(string(head), "\ufeff \t\r\n"), "{") {
		err = readRSDJSON(br, in)
	} else {
		t := table{"descriptors", ',', []string{"Skill Name", "Contextualized Skill Statement"}}
		err = t.read(br, in, func(r row) error {
			name, statement := r.get("Skill Name"), r.get("Contextualized Skill Statement")
			if name == "" {
				in.skip("%s: has no Skill Name", r.where())
				return nil
			}
			return in.add(r.where(), Concept{ID: rsdID(name, statement), Name: name, Kind: "skill", Description: statement, Labels: map[string]string{"en": name}})
		})
	}
	if err != nil {
		return in.done(), fmt.Errorf("reading Rich Skill Descriptors: %w", err)
	}
	return in.done(), nil
}

// rsdID makes an id from what a descriptor says.
func rsdID(name, statement string) string {
	sum := sha256.Sum256([]byte(Key(name) + "\n" + Key(statement)))
	return "rsd:" + hex.EncodeToString(sum[:12])
}

func readRSDJSON(r io.Reader, in *intake) error {
	document, err := readJSON(r)
	if isSyntax(err) {
		in.skip("the document is not valid JSON: %v", err)
		return nil
	}
	if err != nil {
		return err
	}
	list, many := document.([]any)
	if !many {
		list = []any{document}
	}
	for i, x := range list {
		where := fmt.Sprintf("descriptor %d", i+1)
		d, ok := x.(map[string]any)
		if !ok {
			in.skip("%s: is no object", where)
			continue
		}
		text := func(field string) string { s, _ := d[field].(string); return strings.TrimSpace(s) }
		if status := strings.ToLower(text("status")); status == "archived" || status == "deleted" {
			in.skip("%s: its status is %q", where, status)
			continue
		}
		c := Concept{ID: text("id"), Name: text("skillName"), Kind: "skill", Description: text("skillStatement")}
		if c.Name == "" {
			in.skip("%s: has no skillName", where)
			continue
		}
		if c.ID == "" {
			c.ID = rsdID(c.Name, c.Description)
		}
		c.Labels = map[string]string{"en": c.Name}
		if alignments, ok := d["alignments"].([]any); ok {
			for _, a := range alignments {
				if object, ok := a.(map[string]any); ok {
					c.Same = append(c.Same, refs(object["id"])...)
				}
			}
		}
		if err := in.add(where, c); err != nil {
			return err
		}
	}
	return nil
}
