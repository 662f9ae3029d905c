"""A small project for the language server, with findings in each of its files."""

from __future__ import annotations

MAIN = """\
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException

from schemas import User

app = FastAPI()
router = APIRouter(prefix="/users")


def current_user() -> int:
    return 1


@router.get("/{user_id}", response_model=User)
async def show(user_id: int, user: Annotated[int, Depends(current_user)]):
    if user_id != user:
        return HTTPException(status_code=404)
    return {"name": "Ada", "user": user}


app.include_router(router, prefix="/api")
"""
SCHEMAS = """\
from pydantic import BaseModel


class User(BaseModel):
    name: str
    hashed_password: str
"""
BLOCKING = """\
import time

from fastapi import FastAPI

app = FastAPI()


def pause():
    time.sleep(1)


@app.get("/")
async def home():
    pause()
"""
RETURNED_AT = 18
"""The line of `main.py` on which an exception is returned."""
