package zones

import (
	"testing"
	"time"
	_ "time/tzdata" // so that the test does not depend on the machine

	"matchday/hiring"
)

func TestOf(t *testing.T) {
	at := func(lat, lon float64, country string) *hiring.Place {
		return &hiring.Place{Country: country, Lat: &lat, Lon: &lon}
	}
	tests := []struct {
		name  string
		place *hiring.Place
		want  string
	}{
		{"nothing known", nil, ""},
		{"no country", at(40.4, -3.7, ""), ""},
		{"unknown country", at(0, 0, "ZZ"), ""},
		{"a country of one zone", &hiring.Place{Name: "anywhere", Country: "de"}, "Europe/Berlin"},
		{"a country by name", &hiring.Place{Country: " Alemania "}, "Europe/Berlin"},
		{"several zones, nothing else", &hiring.Place{Country: "US"}, ""},
		{"several zones, a city", &hiring.Place{Name: "Austin, Texas", Country: "United States"}, "America/Chicago"},
		{"several zones, a city nobody listed", &hiring.Place{Name: "Springfield", Country: "US"}, ""},
		{"Seville", at(37.38, -5.97, "ES"), "Europe/Madrid"},
		{"La Laguna, Tenerife", at(28.49, -16.32, "ES"), "Atlantic/Canary"},
		{"Fort Worth", at(32.75, -97.33, "US"), "America/Chicago"},
		{"Phoenix keeps no summer time", at(33.3, -111.8, "US"), "America/Phoenix"},
		{"San José, California", at(37.34, -121.89, "US"), "America/Los_Angeles"},
		{"Hilo, across the date line's side", at(19.7, -155.1, "US"), "Pacific/Honolulu"},
		{"Christchurch", at(-43.5, 172.6, "NZ"), "Pacific/Auckland"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			loc, ok := Of(tt.place)
			if ok != (tt.want != "") || ok && loc.String() != tt.want {
				t.Errorf("got %v, %v, want %q", loc, ok, tt.want)
			}
		})
	}
}

func TestTableHoldsZonesAndCoordinates(t *testing.T) {
	for country, list := range cities {
		if len(country) != 2 || len(list) == 0 {
			t.Errorf("country %q has %d cities", country, len(list))
		}
		for _, c := range list {
			if _, err := time.LoadLocation(c.zone); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if c.lat < -60 || c.lat > 72 || c.lon < -180 || c.lon > 180 {
				t.Errorf("%s is at %v, %v", c.name, c.lat, c.lon)
			}
			if zone := nearest(c.lat, c.lon, list); zone != c.zone {
				t.Errorf("%s is nearest to %s, not to itself", c.name, zone)
			}
		}
	}
	for name, code := range names {
		if _, ok := cities[code]; !ok {
			t.Errorf("%s is %s, which has no city", name, code)
		}
	}
}
