import type { Flag } from '../../options/flag.ts'
import { PUBLIC_FLAG, SERVER_FLAGS } from '../../options/server-flags.ts'
import { STREAM_MODES, TCP_SERVE_DEFAULTS as d } from './options.ts'

/** The flags of `udptool tcp serve`. */
export const TCP_SERVE_FLAGS: readonly Flag[] = [
  { form: '--host <address>', about: 'address to bind; any but loopback needs --public', fallback: d.host },
  { form: '-p, --port <port>', about: 'port to bind; 0 picks a free one', fallback: String(d.port) },
  {
    form: '--mode <mode>',
    about: 'upper, echo or discard: what becomes of the bytes of a stream',
    fallback: d.mode,
    choices: STREAM_MODES,
  },
  { form: '--inbox <folder>', about: 'take files, and store them there', group: 'Uploads:' },
  { form: '--max-size <bytes>', about: 'the largest file that is taken', fallback: d.maxSize, group: 'Uploads:' },
  {
    form: '--max-inbox <bytes>',
    about: 'the most that all files of the inbox take together',
    fallback: d.maxInbox,
    group: 'Uploads:',
  },
  {
    form: '--max-files <n>',
    about: 'the most files in the inbox',
    fallback: String(d.maxFiles),
    group: 'Uploads:',
  },
  { form: '--no-replace', about: 'refuse a file whose name is there already', group: 'Uploads:' },
  {
    form: '--commands <file>',
    about: 'run the commands of this JSON file, { "name": ["argv", …] }, and no other',
    group: 'Commands:',
  },
  { form: '--max-time <duration>', about: 'end a command after this time', fallback: d.maxTime, group: 'Commands:' },
  {
    form: '--max-output <bytes>',
    about: 'end a command that writes more',
    fallback: d.maxOutput,
    group: 'Commands:',
  },
  PUBLIC_FLAG,
  {
    form: '--max-connections <n>',
    about: 'connections at once; more are closed',
    fallback: String(d.maxConnections),
    group: 'Guards:',
  },
  {
    form: '--max-connections-per-source <n>',
    about: 'connections at once from one address, or one /56 of IPv6',
    fallback: String(d.maxConnectionsPerSource),
    group: 'Guards:',
  },
  {
    form: '--header-time <duration>',
    about: 'refuse a request whose header is not whole after this time',
    fallback: d.headerTime,
    group: 'Guards:',
  },
  {
    form: '--min-rate <bytes>',
    about: 'least bytes a second of a body and of an answer, over the time of --idle; 0: any',
    fallback: d.minRate,
    group: 'Guards:',
  },
  {
    form: '--max-age <duration>',
    about: 'end a stream, or take no further request, on a connection of this age',
    fallback: d.maxAge,
    group: 'Guards:',
  },
  {
    form: '--idle <duration>',
    about: 'break off a connection on which nothing moves',
    fallback: d.idle,
    group: 'Guards:',
  },
  { form: '--allow <cidr>', about: 'talk with these addresses only (repeatable)', group: 'Guards:', repeatable: true },
  { form: '--deny <cidr>', about: 'never talk with these addresses (repeatable)', group: 'Guards:', repeatable: true },
  ...SERVER_FLAGS,
]
