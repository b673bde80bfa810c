package main

func runShared(args []string) error { return addCommand("shared", args) }

// addInSharedMemory starts processes for one addition.
func addInSharedMemory(n, p int, m *meter) (string, error) {
	v, mem, err := sharedVectors(n)
	if err != nil {
		return "", err
	}
	defer mem.close()
	c, err := startCrew(p, mem, "add-child", m)
	if err != nil {
		return "", err
	}
	if err := c.end(c.all(opAdd, n)); err != nil {
		return "", err
	}
	return v.checksum(), nil
}

// sharedVectors makes vectors that other processes can map.
func sharedVectors(n int) (vectors, *memory, error) {
	mem, err := newMemory(3 * 4 * n)
	if err != nil {
		return vectors{}, nil, err
	}
	cells, err := numbersOf[float32](mem.bytes)
	if err != nil {
		return vectors{}, nil, err
	}
	return newVectors(cells), mem, nil
}

// addChild adds the ranges it is asked to, in the memory it was given.
func addChild([]string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	cells, err := numbersOf[float32](mem.bytes)
	if err != nil {
		return err
	}
	n := len(cells) / 3
	v := vectors{cells[:n], cells[n : 2*n], cells[2*n:]}
	var rest vectors // what opAddHalf left
	return serve(n, func(r request) (int, error) {
		mine := v.slice(r.lo, r.hi)
		switch half := len(mine.sum) / 2; r.op {
		case opAdd:
		case opAddHalf:
			mine, rest = mine.slice(0, half), mine.slice(half, len(mine.sum))
		case opGoOn:
			mine = rest
		default:
			return 0, errNotAsked
		}
		mine.add()
		return len(mine.sum), nil
	})
}
