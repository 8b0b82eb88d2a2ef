package hiring

import (
	"reflect"
	"testing"
)

func TestSidesOfAnOutcome(t *testing.T) {
	o := func(r Result) *Outcome {
		if r == "" {
			return nil
		}
		return &Outcome{Result: r}
	}
	for _, tt := range []struct {
		employer, learner        Result
		offered, hired, disputed bool
	}{
		{"", "", false, false, false},
		{GotOffer, "", true, false, false},
		{"", GotOffer, true, false, false},
		{GotOffer, Hired, true, true, false},
		{Hired, "", true, true, false},
		{Hired, Hired, true, true, false},
		{Hired, TurnedDown, true, false, true},
		{NotOffered, Hired, false, false, true},
		{NotOffered, GotOffer, false, false, false},
		{TurnedDown, GotOffer, true, false, false},
		{NotOffered, NotOffered, false, false, false},
	} {
		i := Invitation{EmployerOutcome: o(tt.employer), LearnerOutcome: o(tt.learner)}
		hired, disputed := i.WasHired()
		if i.WasOffered() != tt.offered || hired != tt.hired || disputed != tt.disputed {
			t.Errorf("%q and %q: offered %v, hired %v, disputed %v", tt.employer, tt.learner, i.WasOffered(), hired, disputed)
		}
	}
}

func TestMedianPayFromTenOn(t *testing.T) {
	var pays []Pay
	for i := range 9 {
		pays = append(pays, Pay{Min: float64(30 - i), Currency: "USD", Per: "hour"})
	}
	pays = append(pays, Pay{Min: 9000, Currency: "EUR", Per: "month"})
	if got := MedianPays(pays); len(got) != 0 {
		t.Errorf("the pay of nine is told: %+v", got)
	}
	top := 42.0
	pays = append(pays, Pay{Min: 40, Max: &top, Currency: "USD", Per: "hour"})
	want := []MedianPay{{Currency: "USD", Per: "hour", Median: 26.5, Count: 10}}
	if got := MedianPays(pays); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestFewAreNotTold(t *testing.T) {
	provider, operator := Actor{Role: RoleProvider, Subject: "School"}, Actor{Role: RoleOperator, Subject: "o"}
	for n, want := range map[int]Count{0: FewerThanTen, 9: FewerThanTen, 10: 10} {
		if got := provider.Told(n); got != want {
			t.Errorf("a provider is told %d of %d", got, n)
		}
		if got := operator.Told(n); got != Count(n) {
			t.Errorf("an operator is told %d of %d", got, n)
		}
	}
}
