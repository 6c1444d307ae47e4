import { inGroup, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { LISTEN_OPTIONS, SERVER_OPTIONS } from '../../options/server-options.ts'
import { choice, duration, positiveDuration, size, text } from '../../options/values.ts'
import { LIVE_OPTION, RESPONDER_LIMITS, RESPONDER_OPTIONS } from '../responder-options.ts'
import { fixedReply, irttPort } from './option-values.ts'

/** The values of `--mode`. */
const MODES = ['upper', 'echo', 'discard'] as const

/** What is answered, and how. An embedded server has these options, too. */
export const ANSWER_OPTIONS = {
  ...LISTEN_OPTIONS,
  /** What to answer: the datagram in upper case, or unchanged, or nothing. Default `upper`. */
  // The default of the project's first server.
  mode: {
    form: '--mode <mode>',
    about: 'upper, echo or discard',
    default: 'upper',
    choices: MODES,
    parse: choice(MODES),
  },
  /** A fixed answer to every datagram. */
  reply: { form: '--reply <text>', about: 'fixed text to answer every datagram with', parse: fixedReply },
  /** Maximum bytes to read of each datagram. */
  recvSize: {
    form: '--recv-size <bytes>',
    about: 'maximum bytes to read of each datagram, as recvfrom(N)',
    parse: size(),
  },
  /** Wait before each answer (`200ms`). */
  delay: {
    form: '--delay <duration>',
    about: 'delay before each answer; does not block other clients',
    parse: duration,
  },
  ...RESPONDER_OPTIONS,
} satisfies OptionTable

/** The options of `udptool serve`. */
export const ECHO_OPTIONS = {
  ...ANSWER_OPTIONS,
  ...inGroup('irtt:', {
    /** Also answer clients of irtt, on this port; `true`: 2112, 0: a free one. */
    irtt: {
      form: '--irtt [port]',
      about: 'also answer clients of irtt, on a port of its own (default 2112); 0 picks a free one',
      parse: irttPort,
    },
    /** File with the HMAC key of irtt, which only its owner can read: text, or 0x and hex digits. */
    irttKeyFile: {
      form: '--irtt-key-file <file>',
      about: 'file with a key, text or 0x and hex digits: answer only datagrams of irtt with its HMAC',
      needs: 'irtt',
      parse: text,
    },
    /** The longest session of irtt. A client that asks for more gets this, and irtt gives up without `--loose`. Default: no limit. */
    irttMaxDuration: {
      form: '--irtt-max-duration <duration>',
      about: 'the longest session of irtt',
      needs: 'irtt',
      parse: positiveDuration,
    },
    /** The shortest interval of irtt's requests; 0s: none. Default `10ms`, which is the one of irtt's server. */
    irttMinInterval: {
      form: '--irtt-min-interval <duration>',
      about: 'the shortest interval of a client of irtt; 0s for none',
      default: '10ms',
      needs: 'irtt',
      parse: duration,
    },
  }),
  ...RESPONDER_LIMITS,
  ...SERVER_OPTIONS,
  live: LIVE_OPTION,
} satisfies OptionTable

/** The options of an echo server. Strings are parsed as on the command line (`20ms`, `4KiB`, `1000pps`). */
export interface EchoOptions extends LibraryOptions<typeof ECHO_OPTIONS> {}
