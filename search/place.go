package search

import (
	"math"

	"matchday/hiring"
)

// Where a learner is, is told coarsely to everybody: to a tenth of a degree, some 11 km from north to south. Distances below nearest,
// in kilometres, say nothing then and are refused.
const (
	placeGrid = 10 // to a degree
	nearest   = 10
)

// place is where a learner is, told coarsely: an area, and coordinates on the grid. Openings are where they say they are.
func (m mask) place(p *hiring.Place) *hiring.Place {
	if p == nil {
		return nil
	}
	return &hiring.Place{Name: m.area(p.Name), Country: m.area(p.Country), Lat: onGrid(p.Lat), Lon: onGrid(p.Lon)}
}

func onGrid(degrees *float64) *float64 {
	if degrees == nil {
		return nil
	}
	rounded := math.Round(*degrees*placeGrid) / placeGrid
	return &rounded
}
