import type { LessonRow } from '../../../src/verdict/lesson.ts'

const TEXTS = {
  claim: 'An empty datagram is delivered as a message, for it has a header. An empty TCP write sends nothing.',
  done: 'Three datagrams are sent: "a", an empty one, "b".',
  expected: '3 messages of 1, 0, 1 bytes',
  why: 'A datagram of no bytes still has addresses and ports.',
} as const

/** A lesson of each verdict. */
export const LESSON_ROWS: readonly LessonRow[] = [
  {
    id: 'empty',
    title: 'An empty message',
    ...TEXTS,
    observed: '3 messages of 1, 0, 1 bytes; the segments cannot be counted here: no kernel engine',
    steps: [
      { observed: '3 messages of 1, 0, 1 bytes', verdict: 'pass' },
      { observed: 'the segments cannot be counted here: no kernel engine', verdict: 'skipped' },
    ],
    verdict: 'pass',
    picture: 'write ""  ─▶ nothing\nsend ""   ─▶ [header|]',
  },
  {
    id: 'truncation',
    title: 'A read that is too small',
    ...TEXTS,
    observed: 'recv(10) gave all 31 bytes; after that nothing was left',
    steps: [
      { observed: 'recv(10) gave all 31 bytes, although it was asked for no more than ten of them', verdict: 'fail' },
      { observed: 'after that nothing was left', verdict: 'pass' },
    ],
    verdict: 'fail',
    reason: 'seen against the claim: recv(10) gave all 31 bytes',
  },
  {
    id: 'fragments',
    title: 'A path that drops fragments',
    ...TEXTS,
    observed: 'nothing',
    steps: [],
    verdict: 'skipped',
    reason: 'no wire of our own can be laid here: unshare: unshare failed: Operation not permitted',
  },
]

/** The same in Chinese. */
export const CHINESE_ROWS: readonly LessonRow[] = LESSON_ROWS.map(row => ({
  ...row,
  title: '空消息',
  claim: '空数据报也会作为一条消息送达（即使没有内容），因为它有报头；而 TCP 写入空内容则什么也不会发送。',
  done: '发送三个数据报：“a”、空、“b”。再向一条 TCP 连接依次写入“a”、空内容和“b”，等全部到达后才读取。',
  expected: 'UDP：3 条消息，长度为 1、0、1',
  why: '零字节的数据报仍然带有地址和端口，所以它会到达，也有发送者。',
  ...(row.reason === undefined ? {} : { reason: '此处无法自建链路：unshare: Operation not permitted' }),
}))
