// A trivial server for the bench, at two addresses. The first speaks HTTP/1.1 and HTTP/2 (prior knowledge) and has:
//
//	/       answers at once
//	/delay  answers after a log-normal time, median 5 ms
//	/lossy  the same, but each 50th connection (HTTP/2: stream) is closed without an answer
//	/stall  answers at once, but for 2 s that begin 3 s after the first request: what comes then is answered at their end
//	/log    how long each /delay and /lossy took in ms, and how many were lost, since it was last asked; forgets the stall, too
//
// The second answers every request at once and nothing else, with as little work as can be: the load generator is the bottleneck.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"net"
	"net/http"
	"sync"
	"time"
)

const medianMs, sigma = 5, 0.5
const lossEvery = 50
const stallAfter, stallFor = 3 * time.Second, 2 * time.Second

var (
	lock      sync.Mutex
	durations = []float64{}
	lossy     int
	lost      int
	began     time.Time
)

func delayed(w http.ResponseWriter) {
	start := time.Now()
	time.Sleep(time.Duration(medianMs * math.Exp(sigma*rand.NormFloat64()) * float64(time.Millisecond)))
	w.Write([]byte("ok"))
	took := time.Since(start).Seconds() * 1000
	lock.Lock()
	durations = append(durations, took)
	lock.Unlock()
}

// Every 50th request is lost.
func loses() bool {
	lock.Lock()
	defer lock.Unlock()
	lossy++
	if lossy%lossEvery != 0 {
		return false
	}
	lost++
	return true
}

// How long a request that comes now has to wait.
func stallLeft() time.Duration {
	lock.Lock()
	defer lock.Unlock()
	if began.IsZero() {
		began = time.Now()
	}
	since := time.Since(began)
	if since < stallAfter || since > stallAfter+stallFor {
		return 0
	}
	return stallAfter + stallFor - since
}

func tell(w http.ResponseWriter) {
	lock.Lock()
	defer lock.Unlock()
	json.NewEncoder(w).Encode(map[string]any{"durations": durations, "lost": lost})
	durations, lossy, lost, began = []float64{}, 0, 0, time.Time{}
}

// One goroutine per connection; requests without a body.
func answerFast(conn net.Conn) {
	defer conn.Close()
	answer := []byte("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok")
	end := []byte("\r\n\r\n")
	buffer := make([]byte, 0, 64<<10)
	for {
		n, err := conn.Read(buffer[len(buffer):cap(buffer)])
		if err != nil {
			return
		}
		buffer = buffer[:len(buffer)+n]
		for at := bytes.Index(buffer, end); at >= 0; at = bytes.Index(buffer, end) {
			if _, err := conn.Write(answer); err != nil {
				return
			}
			buffer = append(buffer[:0], buffer[at+len(end):]...)
		}
		if len(buffer) == cap(buffer) {
			return
		}
	}
}

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return listener
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok")) })
	http.HandleFunc("/delay", func(w http.ResponseWriter, r *http.Request) { delayed(w) })
	http.HandleFunc("/lossy", func(w http.ResponseWriter, r *http.Request) {
		if !loses() {
			delayed(w)
			return
		}
		hijacker, http1 := w.(http.Hijacker)
		if !http1 {
			panic(http.ErrAbortHandler)
		}
		if conn, _, err := hijacker.Hijack(); err == nil {
			conn.Close()
		}
	})
	http.HandleFunc("/stall", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(stallLeft())
		w.Write([]byte("ok"))
	})
	http.HandleFunc("/log", func(w http.ResponseWriter, r *http.Request) { tell(w) })
	whole, fast := listen(), listen()
	go func() {
		for {
			conn, err := fast.Accept()
			if err != nil {
				panic(err)
			}
			go answerFast(conn)
		}
	}()
	fmt.Println(whole.Addr().(*net.TCPAddr).Port, fast.Addr().(*net.TCPAddr).Port)
	server := &http.Server{Protocols: new(http.Protocols)}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	panic(server.Serve(whole))
}
