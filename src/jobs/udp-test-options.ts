import { checkOptions, type OptionKinds } from '../base/options.ts'
import { ECHO_SERVER_OPTIONS } from '../runs/echo/server.ts'
import { RELAY_REQUEST } from '../runs/relay/relay.ts'

/** Removes options that the fixtures set themselves. */
function without(name: string, options: OptionKinds): OptionKinds {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== name))
}

/** The options of `udpTest`. */
const UDP_TEST_OPTIONS: OptionKinds = {
  server: without('port', ECHO_SERVER_OPTIONS),
  relay: without('to', RELAY_REQUEST),
}

/** Throws a `usage` error for unknown options of `udpTest`. */
export function checkUdpTestOptions(options: unknown): void {
  checkOptions(options, UDP_TEST_OPTIONS, 'udpTest')
}
