package pool

// What tests may see: the processes, what they were sent, and a pool as on a system without recorders.

func (p *Pool) PIDs() (pids []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if w != nil && w.ready && !w.gone {
			pids = append(pids, w.cmd.Process.Pid)
		}
	}
	return pids
}

// Sent returns how many tasks each worker holds.
func (p *Pool) Sent() (tasks []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if w != nil {
			tasks = append(tasks, w.sent.tasks)
		}
	}
	return tasks
}

// Pending returns how many tasks have not been answered.
func (p *Pool) Pending() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pending
}

func (p *Pool) Started() (n int) {
	return p.Stats().Started
}

func NoRecorder(c *config) { c.noRecorder = true }

func ByName(c *config) { c.byName = true }
