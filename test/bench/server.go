// A trivial server for the bench: / answers at once, /delay after a log-normal time (median 5 ms),
// /durations tells how long each /delay took since it was last asked, in ms.
package main

import (
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

func main() {
	var lock sync.Mutex
	durations := []float64{}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok")) })
	http.HandleFunc("/delay", func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		time.Sleep(time.Duration(medianMs * math.Exp(sigma*rand.NormFloat64()) * float64(time.Millisecond)))
		w.Write([]byte("ok"))
		took := time.Since(start).Seconds() * 1000
		lock.Lock()
		durations = append(durations, took)
		lock.Unlock()
	})
	http.HandleFunc("/durations", func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		json.NewEncoder(w).Encode(durations)
		durations = []float64{}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, nil))
}
