// A minimal UDP echo server on Node, as the reference for `udptool serve`.
import { createSocket } from 'node:dgram'

const server = createSocket('udp4')
server.on('message', (message, from) => server.send(message, from.port, from.address))
server.bind(0, '127.0.0.1', () => console.log(`ready ${server.address().port}`))
