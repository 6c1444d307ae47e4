// A closed-loop load generator on node:dgram, with no check of any reply: what `udptool send --flood` is measured against, and the
// stand-in for load.py where there is no Python (it is no faster than the servers it then drives, so ratios come out nearer to 1).
// usage: load.mjs PORT SIZE WINDOW SECONDS; prints one line: replies, seconds, datagrams that had to be sent again
import { createSocket } from 'node:dgram'

const [port, size, window, seconds] = process.argv.slice(2).map(Number)
const client = createSocket('udp4')
const message = Buffer.alloc(size, 'a')
let replies = 0
let resent = 0

function fill() {
  for (let i = 0; i < window; i++) client.send(message)
}

client.on('message', () => {
  replies += 1
  client.send(message)
})
client.connect(port, '127.0.0.1', () => {
  const began = performance.now()
  fill()
  let before = 0
  const watch = setInterval(() => {
    if (replies === before) {
      // Nothing for a twentieth of a second: all that was in flight is lost.
      fill()
      resent += window
    }
    before = replies
    const elapsed = performance.now() - began
    if (elapsed < seconds * 1000) return
    clearInterval(watch)
    console.log(replies, elapsed / 1000, resent)
    client.close()
  }, 50)
})
