package mpi_test

import (
	"testing"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestValuesOfAll(t *testing.T) { testRole(t, 3, "values-of-all") }

func init() {
	roles["values-of-all"] = func(world *mpi.Comm) error {
		var c check
		me, n := world.Rank(), world.Size()
		type answer struct {
			Rank int
			Text string
		}
		for _, root := range []int{0, n - 1} {
			got, err := mpi.BcastValue(world, map[string]int{"root": me}, root)
			c.ok("BcastValue", err)
			c.equal("BcastValue", got["root"], root)
			all, err := mpi.GatherValue(world, answer{me, string(make([]byte, 1000*me))}, root)
			c.ok("GatherValue", err)
			if me != root {
				c.equal("on another rank", len(all), 0)
				continue
			}
			for r, a := range all {
				c.equal("GatherValue", []int{a.Rank, len(a.Text)}, []int{r, 1000 * r})
			}
		}
		// What cannot be sent is known to all, and nobody waits.
		_, err := mpi.BcastValue[any](world, func() {}, 1)
		c.is("a func from root", err, mpi.ErrType)
		var value any = me
		if me == 1 {
			value = func() {}
		}
		_, err = mpi.GatherValue(world, value, 0)
		c.is("a func from one rank", err, mpi.ErrType)
		_, err = mpi.BcastValue(world, 1, n)
		c.is("no such root", err, mpi.ErrRoot)
		_, err = mpi.GatherValue(world, 1, -1)
		c.is("no such root", err, mpi.ErrRoot)
		// Beyond the edge there is nothing, and it is no error.
		c.ok("SendValue to ProcNull", mpi.SendValue(world, "x", mpi.ProcNull, 0))
		v, st, err := mpi.RecvValue[string](world, mpi.ProcNull, 0)
		c.ok("RecvValue from ProcNull", err)
		c.equal("RecvValue from ProcNull", []any{v, st}, []any{"", mpi.Status{Source: mpi.ProcNull, Tag: mpi.AnyTag}})
		return c.err()
	}
}
