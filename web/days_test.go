package web

import (
	"testing"

	"matchday/hiring"
)

// Each command on a day reaches the interview role with the day of its address and the key of its header.
func TestDayCommandsNameTheirDay(t *testing.T) {
	h := open(t)
	var got []hiring.DayCommand
	h.roles.day = func(c hiring.DayCommand) (hiring.DayAnswer, error) {
		got = append(got, c)
		return hiring.DayAnswer{Day: dayOf(h)}, nil
	}
	employer := h.token(hiring.RoleEmployer, "Acme")
	for path, body := range map[string]string{
		"change": `{"access":"x"}`, "invite": `{"opening":"o1","learners":["l1"]}`, "open": `{}`, "close": `{}`, "hold": `{}`, "archive": `{}`, "cancel": `{}`,
	} {
		got = nil
		h.call(employer, "POST", "/v1/days/acme%2Fspring/"+path, body, "Idempotency-Key", "k").ok(t, 200)
		again := h.server.command(caller{Actor: hiring.Actor{Role: hiring.RoleEmployer, Subject: "Acme"}}, "k", "")
		if len(got) != 1 || got[0].Day != "acme/spring" || string(got[0].Do) != path || got[0].Command != again {
			t.Errorf("%s: %+v", path, got)
		}
	}
}
