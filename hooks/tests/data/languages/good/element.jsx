export default function View({ a }) {
  return <div className="it's">{a < 1 ? <b>don't</b> : 'x'} isn't <Foo.Bar {...a} b={<i />} /></div>;
}
