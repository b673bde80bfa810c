package mpi_test

import (
	"sync"
	"testing"

	"example.com/lockstep/examples/mpi/mpi"
)

func TestMatchedProbes(t *testing.T) { testRole(t, 2, "mprobe-multiple") }

func init() {
	roles["mprobe-multiple"] = func(world *mpi.Comm) error {
		var c check
		const n = 400
		if world.Rank() == 0 {
			for i := range n {
				if err := mpi.Send(world, make([]int16, 1+i%37), 1, 5); err != nil {
					return err
				}
			}
			c.ok("bytes", mpi.Send(world, []byte{1, 2, 3}, 1, 6))
			return c.err()
		}
		var group sync.WaitGroup
		var mu sync.Mutex
		for range 4 {
			group.Go(func() {
				for range n / 4 {
					m, st, err := mpi.Mprobe[int16](world, 0, 5)
					var got mpi.Status
					if err == nil {
						got, err = mpi.Mrecv(m, make([]int16, st.Count))
					}
					if err != nil || got != st {
						mu.Lock()
						c.errorf("found %v, received %v: %v", st, got, err)
						mu.Unlock()
					}
				}
			})
		}
		group.Wait()
		m, _, err := mpi.Mprobe[int16](world, mpi.AnySource, mpi.AnyTag)
		c.is("3 bytes as int16", err, mpi.ErrType)
		data := make([]byte, 4)
		st, err := mpi.Mrecv(m, data)
		c.ok("the same as bytes", err)
		c.equal("status", st, mpi.Status{Source: 0, Tag: 6, Count: 3})
		c.equal("data", data, []byte{1, 2, 3, 0})
		_, err = mpi.Mrecv(m, data)
		c.is("received before", err, mpi.ErrRequest)
		_, err = mpi.Mrecv(nil, data)
		c.is("no message", err, mpi.ErrRequest)
		m, st, err = mpi.Mprobe[byte](world, mpi.ProcNull, 0)
		c.ok("Mprobe of ProcNull", err)
		c.equal("status", st, mpi.Status{Source: mpi.ProcNull, Tag: mpi.AnyTag})
		_, err = mpi.Mrecv(m, data)
		c.ok("Mrecv from ProcNull", err)
		return c.err()
	}
}
