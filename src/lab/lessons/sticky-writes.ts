import type { Address } from '../../base/address.ts'
import { Gate } from '../gate.ts'
import type { Lesson } from '../lesson.ts'
import { PlainSocket } from '../../engine/system-calls.ts'
import type { Stage } from '../stage.ts'
import { write } from '../tcp-server.ts'
import { withTimeout } from '../with-timeout.ts'

const MOST_TRIES = 5

export const stickyWrites: Lesson = {
  id: 'sticky-writes',
  title: { en: 'Small writes stick together', zh: '小块写入粘在一起' },
  claim: {
    en: 'TCP, cause 1: one read returns several small writes that follow each other quickly: "hello" and "feng" as "hellofeng".',
    zh: 'TCP 粘包原因之一：短时间内连续写入的小块数据会在一次读取中一起出现：“hello”和“feng”变成“hellofeng”。',
  },
  done: {
    en: 'One side writes "hello" and at once "feng". The other side calls recv(10) when both have arrived, and then again.',
    zh: '一方写入“hello”，紧接着写入“feng”。另一方等两者都到达后调用 recv(10)，然后再调用一次。',
  },
  expected: {
    en: 'the first recv(10) returns "hellofeng", the second the end',
    zh: '第一次 recv(10) 得到“hellofeng”，第二次到达结尾',
  },
  picture: {
    en: `write "hello" ─▶ ┐
                 ├─▶ receive buffer  hellofeng ─▶ recv(10)
write "feng"  ─▶ ┘`,
    zh: `write "hello" ─▶ ┐
                 ├─▶ 接收缓冲区  hellofeng ─▶ recv(10)
write "feng"  ─▶ ┘`,
  },
  why: {
    en: "Both writes are in one receive buffer, and a read returns what it contains. Nagle's algorithm, which delays small segments until earlier ones are acknowledged, makes this more likely, but it is not necessary: it is off here (TCP_NODELAY).",
    zh: '两次写入的内容都躺在同一个接收缓冲区里，读取方有多少就取多少。Nagle 算法会把小段攒到前面的段被确认之后再发，使粘包更常见，但并非必要条件：这里已经把它关掉了（TCP_NODELAY）。',
  },
  play: async stage => {
    let written = new Gate()
    const { at } = await stage.listen(async connection => {
      await write(connection, 'hello')
      await write(connection, 'feng')
      connection.end()
      written.open()
    })
    for (let tries = 1; ; tries++) {
      written = new Gate()
      const reader = await stage.connect(at, [10])
      await withTimeout(written.opened, 'write')
      await stage.settle()
      const [first, second] = [await reader.readText(), await reader.readText()]
      if (first !== 'hellofeng' && tries < MOST_TRIES) continue
      stage.saw(first === 'hellofeng' && second === '', {
        en: `recv(10) gave "${first}", then ${second === '' ? 'the end' : `"${second}"`}${tries > 1 ? `, at try ${tries}` : ''}`,
        zh: `recv(10) 得到“${first}”，随后${second === '' ? '到达结尾' : `得到“${second}”`}${tries > 1 ? `（第 ${tries} 次尝试）` : ''}`,
      })
      break
    }
    await countSegments(stage)
  },
}

/** Counts the segments of two writes with the kernel's own counter. */
async function countSegments(stage: Stage): Promise<void> {
  const { libc, missing } = stage.kernel
  if (libc === undefined) {
    return stage.lacks({
      en: `only the kernel engine can count the sent segments, and it does not work here: ${missing}`,
      zh: `发出了多少个段只有 kernel 引擎能说明，而它在此不可用：${missing}`,
    })
  }
  const { at } = await stage.listen(() => {})
  const socket = PlainSocket.tcp(libc, at as Address, 65_536)
  stage.keep(socket, () => socket.close())
  for (const text of ['hello', 'feng']) socket.send(Buffer.from(text))
  await stage.settle()
  const segments = socket.dataSegments()
  if (segments === undefined) {
    return stage.lacks({ en: 'this kernel does not count segments', zh: '本内核不统计段数' })
  }
  const apart = segments === 2
  stage.saw(apart || segments === 1, {
    en: `TCP_INFO: the two writes left as ${segments} ${apart ? 'segments, so they were joined in the receive buffer, not on the path' : 'segment'}`,
    zh: `TCP_INFO：两次写入作为 ${segments} 个段发出${apart ? '，可见它们是在接收缓冲区里汇合的，而不是在路上' : ''}`,
  })
}
