import { encodeFrameHeader, FrameDecoder, type FramePart } from '../../wire/framing.ts'
import type { Lesson } from '../lesson.ts'
import { write } from '../tcp-server.ts'

const HEADERS = [{ file_name: 'a.txt', file_size: 5 }, { data_size: 0 }, { data_size: 12 }] as const
const BODIES = ['hello', '', 'feng, 你好'].map(text => Buffer.from(text))

/** The messages as bytes on the wire. */
const STREAM = Buffer.concat(
  HEADERS.flatMap((header, i) => [encodeFrameHeader({ ...header, ...sized(header, i) }), BODIES[i] ?? Buffer.of()]),
)

export const framing: Lesson = {
  id: 'framing',
  title: { en: 'A header that says how long', zh: '说明长度的报头' },
  claim: {
    en: 'Messages keep their boundaries over TCP, for any sizes of the reads, if each has three parts: a length of 4 bytes, a JSON header of that length, and a body whose size is in the header.',
    zh: '先是 4 字节的长度，再是 JSON 报头，最后是报头注明长度的正文：无论每次读多少，TCP 上的消息都能保住边界。',
  },
  done: {
    en: `Three messages, ${STREAM.length} bytes with their headers, are written to a connection repeatedly. The reader splits them at every possible position: one recv up to it, then the rest. At the end it reads byte by byte.`,
    zh: `三条消息连同报头共 ${STREAM.length} 字节，一遍遍写入连接。读取方在每一个可能的位置把它们切开：先用一次 recv 读到该处，再读其余；最后逐字节读取。`,
  },
  expected: {
    en: `the same three messages from each of the ${STREAM.length - 1} splits, and byte by byte`,
    zh: `${STREAM.length - 1} 种切法以及逐字节读取，得到的都是同样的三条消息`,
  },
  picture: {
    en: `┌─────────┬─────────────────────────┬──────────┐
│ 4 bytes │ {"data_size": 12}       │ 12 bytes │
│ length  │ header, that many bytes │ body     │
└─────────┴─────────────────────────┴──────────┘`,
    zh: `┌────────┬──────────────────────────┬────────────┐
│ 4 字节 │ {"data_size": 12}        │ 12 字节    │
│ 长度   │ 报头，长度如前所述       │ 正文       │
└────────┴──────────────────────────┴────────────┘`,
  },
  why: {
    en: 'The length has a fixed size, so the number of missing bytes is always known: first of the length, then of the header, then of the body. The reader only continues until it has them, and never guesses.',
    zh: '长度字段大小固定，所以读取方永远知道还差多少字节：先差长度，再差报头，再差正文。它只要一直读到够为止，从不需要猜。',
  },
  play: async stage => {
    const { at } = await stage.listen(async connection => {
      await write(connection, STREAM)
      connection.end()
    })
    const read = async (sizes: readonly number[]): Promise<{ readonly bites: number; readonly right: boolean }> => {
      const reader = await stage.connect(at, sizes)
      const decoder = new FrameDecoder()
      const bites = await reader.readAll()
      const parts = bites.flatMap(bytes => [...decoder.push(bytes)])
      decoder.end()
      reader.close()
      return { bites: bites.length, right: bodiesOf(parts).join('|') === BODIES.join('|') }
    }
    let splits = 0
    let right = 0
    for (let split = 1; split < STREAM.length; split++) {
      const found = await read([split, STREAM.length])
      if (found.bites > 1) splits += 1
      if (found.right) right += 1
    }
    stage.saw(right === STREAM.length - 1 && splits === right, {
      en: `${splits} positions to split at, and ${right} times the three messages whole`,
      zh: `切开 ${splits} 处，其中 ${right} 次三条消息完整无缺`,
    })
    const single = await read([1])
    stage.saw(single.right && single.bites === STREAM.length, {
      en: `byte by byte: ${single.bites} reads, the messages ${single.right ? 'whole' : 'wrong'}`,
      zh: `逐字节：读 ${single.bites} 次，消息${single.right ? '完整' : '有误'}`,
    })
  },
}

/** Sets the size field of a header, if it has one, to the true size of the body. */
function sized(header: (typeof HEADERS)[number], i: number): Readonly<Record<string, number>> {
  return { ['file_size' in header ? 'file_size' : 'data_size']: BODIES[i]?.length ?? 0 }
}

function bodiesOf(parts: readonly FramePart[]): string[] {
  const bodies: string[] = []
  let body: Uint8Array[] = []
  for (const part of parts) {
    if (part.kind === 'body') body.push(part.bytes)
    if (part.kind !== 'end') continue
    bodies.push(Buffer.concat(body).toString())
    body = []
  }
  return bodies
}
