package table

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

func TestNoColumnIsAField(t *testing.T) {
	_, err := NewColumns(hiring.ImportLearners, []string{"Full Name", "E-Mail", strings.Repeat("x", 100)}, nil)
	want := "no column is a field of a learner; columns: Full Name, E-Mail, " + strings.Repeat("x", 60) + "…; fields: availability, contact, "
	if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(err.Error(), "; map them with --map 'COLUMN=FIELD'") {
		t.Errorf("got %v", err)
	}
}

func TestTheNearestName(t *testing.T) {
	learner := []string{"contact", "contact.email", "contact.phone", "name", "payFloor.min", "skills"}
	for said, want := range map[string]string{
		"email": "contact.email", "Phone": "contact.phone", "contact_email": "contact.email", "nmae": "name", "skill": "skills", "shoe size": "", "min": "payFloor.min",
	} {
		if got := nearest(said, learner); got != want {
			t.Errorf("%q is near %q, want %q", said, got, want)
		}
	}
}

func TestHeadingsInAnyLetterCase(t *testing.T) {
	cols, err := NewColumns(hiring.ImportOpenings, []string{"Title", "EMPLOYER", "title", "validfrom"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := cols.Decode([]string{"no", "Acme", "Clerk", "2027-01-01"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	delete(got, "id")
	if diff := cmp.Diff(map[string]any{"title": "Clerk", "employer": "Acme", "validFrom": "2027-01-01"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestWhatAnIdIsMadeFrom checks that the refusal names the cell that is empty and not the id that nobody was asked for.
func TestWhatAnIdIsMadeFrom(t *testing.T) {
	for _, c := range []struct {
		kind   hiring.ImportKind
		header string
		want   string
	}{
		{hiring.ImportOpenings, "employer", "title is missing (an id is made from employer, title and place); fill it, or give each row an id"},
		{hiring.ImportOpenings, "title", "employer is missing (an id is made from employer, title and place); fill it, or give each row an id"},
		{hiring.ImportProgrammes, "provider", "name is missing (an id is made from provider and name); fill it, or give each row an id"},
	} {
		cols, err := NewColumns(c.kind, []string{c.header}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cols.Decode([]string{"x"}, 0); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
