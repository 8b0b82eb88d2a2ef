// Package zones guesses in which time zone a place lies, from its country and, where a country has several zones, its coordinates
// or the name of a city in it. It knows the countries of its table only, and rather says nothing than something wrong: a time shown
// in the wrong zone is worse than one shown in the day's zone alone. Pure; the zone database must be linked in (time/tzdata).
package zones

import (
	"math"
	"strings"
	"time"

	"matchday/hiring"
)

// Of returns the time zone of a place, or false when the place does not say enough.
func Of(p *hiring.Place) (*time.Location, bool) {
	if p == nil {
		return nil, false
	}
	name, ok := find(*p, cities[country(p.Country)])
	if !ok {
		return nil, false
	}
	loc, err := time.LoadLocation(name)
	return loc, err == nil
}

// find picks the zone out of a country's cities: the only one there is, that of the nearest city, or that of the city that the
// place's name begins with or holds between commas ("Austin, Texas").
func find(p hiring.Place, in []city) (string, bool) {
	switch {
	case len(in) == 0:
		return "", false
	case single(in):
		return in[0].zone, true
	case p.Lat != nil && p.Lon != nil:
		return nearest(*p.Lat, *p.Lon, in), true
	}
	for part := range strings.SplitSeq(p.Name, ",") {
		for _, c := range in {
			if strings.EqualFold(strings.TrimSpace(part), c.name) {
				return c.zone, true
			}
		}
	}
	return "", false
}

func single(in []city) bool {
	for _, c := range in {
		if c.zone != in[0].zone {
			return false
		}
	}
	return true
}

func nearest(lat, lon float64, in []city) string {
	best, zone := math.Inf(1), ""
	for _, c := range in {
		if d := apart(lat, lon, c.lat, c.lon); d < best {
			best, zone = d, c.zone
		}
	}
	return zone
}

// apart grows with the distance between two points on the sphere: the haversine of the angle between them, degrees in.
func apart(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	s, t := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	return s*s + math.Cos(lat1*rad)*math.Cos(lat2*rad)*t*t
}

// country returns the ISO 3166-1 alpha-2 code of a country, given as such or by a name.
func country(said string) string {
	said = strings.TrimSpace(said)
	if len(said) == 2 {
		return strings.ToUpper(said)
	}
	return names[strings.ToLower(said)]
}
