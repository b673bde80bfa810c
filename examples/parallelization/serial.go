package main

func runSerial(args []string) error { return addCommand("serial", args) }

// addSerially is what all other ways are measured against.
func addSerially(n, _ int, m *meter) (string, error) {
	v := newVectors(make([]float32, 3*n))
	v.add()
	m.additions.Add(int64(n))
	return v.checksum(), nil
}
