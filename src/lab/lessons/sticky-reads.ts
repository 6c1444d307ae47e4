import { Gate } from '../gate.ts'
import type { Lesson } from '../lesson.ts'
import { write } from '../tcp-server.ts'
import { withTimeout } from '../with-timeout.ts'

export const stickyReads: Lesson = {
  id: 'sticky-reads',
  title: { en: 'Late reads mix messages', zh: '读得晚，消息就混在一起' },
  claim: {
    en: 'TCP, cause 2: a reader that takes 2 bytes of "hello feng" gets "he", and later "llo feng". The rest waits for the next read, and is mixed with what arrived since.',
    zh: 'TCP 粘包原因之二：对“hello feng”只读 2 字节会得到“he”，之后再得到“llo feng”；没取走的会留到下一次读取，与后来的内容混在一起。',
  },
  done: {
    en: 'One side writes "hello feng"; the other calls recv(2), then recv(10). Then the same again, with "next" written between the two reads.',
    zh: '一方写入“hello feng”；另一方先 recv(2)，再 recv(10)。然后再来一遍，但在两次读取之间又写入“next”。',
  },
  expected: {
    en: '"he", "llo feng"; the second time "he", "llo fengnext"',
    zh: '“he”、“llo feng”；第二遍为“he”、“llo fengnext”',
  },
  picture: {
    en: `receive buffer   hello feng
recv(2)          he
                   llo feng  ◀── next is written
recv(20)           llo fengnext`,
    zh: `接收缓冲区       hello feng
recv(2)          he
                   llo feng  ◀── 此时又写入 next
recv(20)           llo fengnext`,
  },
  why: {
    en: 'No byte of a stream is lost: a read removes at most the requested number of bytes and leaves the others in the buffer. The reader cannot see where a message ends. It needs this information from the sender: that is framing.',
    zh: '字节流不会丢数据：一次读取拿走它要的那么多，其余的留在原处。读取方看不出一条消息在哪里结束，必须有人告诉它，这正是“报头”要做的事。',
  },
  play: async stage => {
    const { at } = await stage.listen(async connection => await write(connection, 'hello feng'))
    const reader = await stage.connect(at, [2, 10])
    await stage.settle()
    const [first, second] = [await reader.readText(), await reader.readText()]
    stage.saw(first === 'he' && second === 'llo feng', {
      en: `recv(2) gave "${first}", recv(10) gave "${second}"`,
      zh: `recv(2) 得到“${first}”，recv(10) 得到“${second}”`,
    })

    const more = new Gate()
    const written = new Gate()
    const other = await stage.listen(async connection => {
      await write(connection, 'hello feng')
      await more.opened
      await write(connection, 'next')
      written.open()
    })
    const late = await stage.connect(other.at, [2, 20])
    await stage.settle()
    const begun = await late.readText()
    more.open()
    await withTimeout(written.opened, 'write')
    await stage.settle()
    const mixed = await late.readText()
    stage.saw(begun === 'he' && mixed === 'llo fengnext', {
      en: `with "next" written in between: "${begun}", then "${mixed}", two messages in one read`,
      zh: `中间又写入“next”时：先“${begun}”，再“${mixed}”，一次读到了两条消息`,
    })
  },
}
