"""Who fits where? (人岗匹配、负荷)."""

import pandas as pd

from kit.pages.people.appeals import appeals
from kit.pages.people.calibrated import calibrated
from kit.pages.people.view import View, grid, heading
from kit.people.agenda import agenda
from kit.show import blocks, grids, heard
from kit.show.blocks import Block
from kit.show.format import interval
from kit.show.sentences import join

SEEN = 1e-3  # fits of a channel closer than this print the same percentage for everybody


def places(v: View) -> list[Block]:
    """Fit of people and channels, a suggested assignment, load, appeals (人岗匹配、负荷、异议)."""
    if v.who:
        return []
    fits = v.of(v.found.fits)
    load = v.of(v.found.load)
    fits = fits.assign(fit=fits["fit"].where(fits["n"] > 0), label=v.channels(fits["channel"]))
    by = v.found.fits.query("n > 0").groupby("channel")["fit"]  # of all, not of one team alone
    alike = fits["channel"].isin((by.max() - by.min()).loc[lambda apart: apart < SEEN].index)
    drawn = _fit(v, fits[~alike], fits.loc[alike, "label"].unique().tolist())
    load = load.assign(main=v.channels(load["main"]))
    table = grid(v, load, "name plans:int channels:int spend:money main share:percent", "load")
    fold = [blocks.text(v.say("people.how.fit")), drawn, *_moves(v), table]
    return [
        *heading(v, "places"),
        *calibrated(v),
        *appeals(v),
        blocks.details(v.say("people.fold.places"), fold),
    ]


def _fit(v: View, fits: pd.DataFrame, alike: list[str]) -> Block:
    """Heat map of fit; channels where nobody can be told from the others are named, not drawn."""
    notes = [v.say("people.fit_alike", channels=join(alike, v.lang))] if alike else []
    if fits["fit"].isna().all():
        return blocks.box("note", [v.say("people.fit_none"), *notes])
    fig = grids.heat(
        fits,
        row="name",
        column="label",
        value="fit",
        unit="+percent",
        lang=v.lang,
        scale=(-0.4, 0.4, 0.0),
    )
    told = heard.cells(
        fits,
        lambda x: v.number(x, "+percent"),
        v.lang,
        keys=["name", "label", "fit"],
        ends=["highest", "lowest"],
    )
    return blocks.figure(
        fig,
        id="fit",
        title=_best(v, fits),
        subtitle=v.say("people.fit_subtitle"),
        alt=told,
        lang=v.lang,
        notes=notes,
    )


def _best(v: View, fits: pd.DataFrame) -> str:
    """The finding: who fits which channel best, with the interval."""
    best = fits.loc[[fits["fit"].idxmax()]].iloc[0]
    return v.say(
        "people.fit_finding",
        who=best["name"],
        channel=best["label"],
        n=int(best["n"]),
        fit=v.number(best["fit"], "+percent"),
        span=interval(best["fit_low"], best["fit_high"], "+percent", v.lang),
    )


def _moves(v: View) -> list[Block]:
    """The suggestion, for readers who see everybody it moves."""
    seats = v.found.seats
    moved = seats.seats[seats.seats["changed"]]
    moved = moved[
        ~moved["channel"].isin(agenda(v.tables, v.found).cut)
    ]  # one voice with the budget
    if not {*moved["specialist_id"]} <= {*v.people}:
        return [blocks.text(v.say("people.fit_across"))]
    if moved.empty:
        return [blocks.text(v.say("people.fit_stay"))]
    moved = v.of(moved)
    gain = v.say("people.fit_gain", n=len(moved))
    moved = moved.assign(now=v.channels(moved["now"]), channel=v.channels(moved["channel"]))
    return [blocks.text(gain), grid(v, moved, "name now channel/proposed", "moves")]
