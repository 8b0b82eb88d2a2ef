package vault

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"matchday/hiring"
)

func TestDeskLinks(t *testing.T) {
	s := fixed(t)
	one := Desk{Day: s.Ref(hiring.KindDay, "d"), Employer: s.Ref(hiring.KindEmployer, "Acme"), Interviewer: s.Ref(KindInterviewer, "table-1")}
	all := one
	all.Interviewer = ""
	for _, d := range []Desk{one, all} {
		token := s.SignDesk(d, expiry)
		if url.PathEscape(token) != token || len(token) > maxLink {
			t.Errorf("%q needs escaping, or is too long", token)
		}
		if got, until, err := s.VerifyDesk(token, expiry.Add(-time.Second)); err != nil || got != d || !until.Equal(expiry) {
			t.Errorf("a second before expiry: %+v until %v, %v", got, until, err)
		}
		if _, _, err := s.VerifyDesk(token, expiry); hiring.CodeOf(err) != hiring.Conflict {
			t.Errorf("at expiry: %v", err)
		}
		parts := strings.Split(token, ".")
		swapped := strings.Join([]string{parts[1], parts[0], parts[2], parts[3], parts[4]}, ".")
		wide := strings.Join([]string{parts[0], parts[1], "", parts[3], parts[4]}, ".")
		for _, forged := range []string{"", "....", swapped, token + "A", token[:len(token)-1], strings.Repeat("a.", 200), s.SignLink(inv, expiry), s.SignFeed(inv, 1)} {
			if _, _, err := s.VerifyDesk(forged, expiry.Add(-time.Hour)); hiring.CodeOf(err) != hiring.NotFound {
				t.Errorf("%q: %v", forged, err)
			}
		}
		if _, _, err := s.VerifyDesk(wide, expiry.Add(-time.Hour)); d == one && hiring.CodeOf(err) != hiring.NotFound {
			t.Errorf("one interviewer's link opens all: %v", err)
		}
		if _, err := s.VerifyLink(token, expiry.Add(-time.Hour)); err == nil {
			t.Error("a desk's link answers an invitation")
		}
	}
}
