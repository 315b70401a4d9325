import React, { type FC } from 'react';
const generic = <T,>(value: T) => value, bound = <T extends object>(value: T): T => value;
type Call = { <T>(value: T): T; method: <K>(key: K) => void };
const less = 1 < 2, shift = 1 << (2);
export const View: FC<{ list: Array<string> }> = ({ list, ...rest }) => {
  if (list.length < 1) return <p>Nothing's here: it's "empty" &#123; / * // no comment</p>;
  return (
    <>
      {/* a comment */}
      <Table<Row> rows={list.map((x) => <li key={x} title='"' data-a="it's {no}">{x} &gt; {`${x}}`}</li>)} {...rest} />
      <a.b.c on:click={() => a / b / c} render=<i/> >text {"}"} more</a.b.c>
      {list.length > 0 ? <b>yes</b> : null}
      {list.length / 2}
      <input disabled /> // text, too
      <svg:path d="M0 0" />
    </>
  );
};
